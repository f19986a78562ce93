"""What a replica is told, and what one tells of itself."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, cast

import pytest
from flask.testing import FlaskClient
from tests.harness.fakes import Writable

from onrecord.api import create_app
from onrecord.graph.files.access_tokens import AccessTokens
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance.replication import Follower
from onrecord.graph.settings import Settings


def bearer(settings: Settings, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {AccessTokens(settings).create('-'.join(scopes), scopes)}"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


def test_a_replica_is_told_the_newest_version_and_what_to_serve_it_with(
    seeded: Ledger, settings: Settings
) -> None:
    client = create_app(seeded, settings).test_client()
    for scope in ("replica", "admin"):
        answer = client.get("/snapshots", headers=bearer(settings, scope))
        assert answer.status_code == 200
        assert answer.get_json() == {
            "version": 1,
            "commit": seeded.commit_id(1),
            "base": "https://w3id.org/onrecord/",
            "plain": False,
            "patch": "/history/{version}.patch",
            "files": "/snapshots/{version}",
        }


def test_it_is_told_to_holders_of_its_scope_alone(seeded: Ledger, settings: Settings) -> None:
    client = create_app(seeded, settings).test_client()
    assert client.get("/snapshots").status_code == 401
    refused = client.get("/snapshots", headers=bearer(settings, "update", "store"))
    assert refused.status_code == 403
    assert "`replica`" in refused.get_json()["detail"]


def test_a_new_replica_gets_the_files_of_a_version_from_any_byte_on(
    seeded: Ledger, settings: Settings
) -> None:
    client = create_app(seeded, settings).test_client()
    headers = bearer(settings, "replica")
    files = client.get("/snapshots/1", headers=headers).get_json()["files"]
    assert "CURRENT" in files
    for name, (size, sha256) in files.items():
        whole = client.get(f"/snapshots/1/{name}", headers=headers)
        assert (whole.status_code, len(whole.data)) == (200, size)
        assert hashlib.sha256(whole.data).hexdigest() == sha256
        rest = client.get(f"/snapshots/1/{name}", headers={**headers, "Range": f"bytes={size // 2}-"})
        if size:
            assert (rest.status_code, rest.data) == (206, whole.data[size // 2 :])
            assert rest.headers["Content-Range"] == f"bytes {size // 2}-{size - 1}/{size}"
        beyond = client.get(f"/snapshots/1/{name}", headers={**headers, "Range": f"bytes={size}-"})
        assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("path", ["/snapshots/99", "/snapshots/1/nothing", "/snapshots/1/contents.json"])
def test_what_is_not_kept_is_told(path: str, seeded: Ledger, settings: Settings) -> None:
    client = create_app(seeded, settings).test_client()
    assert client.get(path).status_code == 401
    assert client.get(path, headers=bearer(settings, "replica")).status_code == 410


class Behind(Writable):
    """A replica's ledger, at version 7."""

    def commit_id(self, version: int) -> str:
        return f"urn:uuid:{version}"

    def query(self, *_: Any, **__: Any) -> Any:
        class Answer:
            def close(self) -> None:
                pass

        return Answer()

    def about(self) -> dict[str, Any]:
        return {"waiting": 0}


@pytest.fixture
def follower() -> Follower:
    settings = Settings(replica_of="http://127.0.0.1:1")
    return Follower(cast(Any, Behind()), settings)


@pytest.fixture
def replica(follower: Follower) -> FlaskClient:
    return create_app(cast(Any, Behind()), Settings(replica_of="http://127.0.0.1:1"), follower).test_client()


def test_a_replica_says_how_far_behind_it_is(replica: FlaskClient, follower: Follower) -> None:
    assert replica.get("/ready").text == "ready 7, 0 behind http://127.0.0.1:1 (never heard)\n"
    follower.heard(9)
    follower.problem = "it cannot be had"
    assert (
        replica.get("/ready").text
        == "ready 7, 2 behind http://127.0.0.1:1 (heard 0 s ago); it cannot be had\n"
    )
    figures = replica.get("/metrics").text
    assert "\nonrecord_replica_behind 2.0\n" in figures
    assert "\nonrecord_replica_failing 1.0\n" in figures


def test_a_replica_of_another_history_is_not_ready(replica: FlaskClient, follower: Follower) -> None:
    follower.fatal, follower.problem = True, "it does not follow"
    answer = replica.get("/ready")
    assert answer.status_code == 503
    assert "it does not follow" in answer.text
