"""What a client may make the server hold."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from onrecord.api.http.limits import MOST_HEADER_BYTES

PATHS = ["/health", "/sparql?query=ASK{}", "/events", "/export.ttl", "/nowhere", "/static/onrecord.css"]


@pytest.mark.parametrize("path", PATHS)
def test_headers_that_are_too_large_in_all_are_refused_whatever_they_are(
    client: FlaskClient, path: str
) -> None:
    for headers in (
        {"Accept": "text/csv," * (MOST_HEADER_BYTES // 9)},
        {f"X-{number}": "a" * 300 for number in range(MOST_HEADER_BYTES // 300)},
        {"If-None-Match": '"a",' * (MOST_HEADER_BYTES // 4)},
        {"X-" + "a" * MOST_HEADER_BYTES: ""},
    ):
        response = client.get(path, headers=headers)
        assert response.status_code == 431
        assert response.content_type == "application/problem+json"
        assert f"at most {MOST_HEADER_BYTES}" in response.get_json()["detail"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", PATHS)
def test_headers_within_the_limit_are_taken(client: FlaskClient, path: str) -> None:
    large = {"X-A": "a" * (MOST_HEADER_BYTES - 200)}
    response = client.get(path, headers=large, buffered=True)
    assert response.status_code == client.get(path, buffered=True).status_code


@pytest.mark.parametrize(
    "address",
    ["/events?page={}", "/statements?page={}", "/history?page={}", "/export.ttl?version={}",
     "/sparql?query=ASK{{}}&version={}", "/history/{}", "/history/{}.patch", "/static/onrecord.css?v={}"],
)  # fmt: skip
@pytest.mark.parametrize("number", ["9" * 5000, "0" * 5000 + "1", "-" + "9" * 5000, "٣" * 5000])
def test_a_number_of_five_thousand_digits_is_no_failure_of_ours(
    client: FlaskClient, address: str, number: str
) -> None:
    assert client.get(address.format(number), buffered=True).status_code < 500


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/csv;q={}"},
        {"Accept-Encoding": "gzip;q={}"},
        {"If-None-Match": '"{}"'},
        {"Range": "bytes={}-"},
        {"Range": "bytes=-{}"},
        {"If-Modified-Since": "Sat, 29 Oct {} 19:43:31 GMT"},
        {"Content-Length": "{}"},
        {"Host": "localhost:{}"},
        {"X-Request-ID": "{}"},
    ],
)
@pytest.mark.parametrize("path", ["/sparql?query=ASK{}", "/static/onrecord.css", "/events"])
def test_a_header_with_a_number_of_five_thousand_digits_is_no_failure_of_ours(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    sent = {name: value.format("9" * 5000) for name, value in headers.items()}
    assert client.get(path, headers=sent, buffered=True).status_code < 500
