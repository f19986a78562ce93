"""What is quoted in a message does not make the message as long as itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.graph.errors import BadToken, OnrecordError
from onrecord.graph.files.access_tokens import AccessTokens
from onrecord.graph.quoting import MOST, brief, shortened, without_long_words
from onrecord.graph.settings import SettingError, Settings


@pytest.mark.parametrize("text", ["", "a", "it's", "two\nlines", "x" * MOST])
def test_a_short_text_is_quoted_whole(text: str) -> None:
    assert brief(text) == repr(text)


def test_of_a_long_text_the_beginning_and_the_length_are_told() -> None:
    assert brief("x" * 3000) == f"'{'x' * 150}…' (3,000 characters)"
    assert len(brief("\0" * 10**6)) < 700
    assert len(brief(["x" * 10**6])) < 300


@pytest.mark.parametrize("name", ["x" * 3000, "onrecord " + "x" * 3000, "x y " * 750])
def test_a_long_name_of_a_token_is_not_said_back_whole(name: str, tmp_path: Path) -> None:
    tokens = AccessTokens(Settings(data=tmp_path))
    with pytest.raises(BadToken) as refused:
        tokens.create(name, ("update",))
    assert len(str(refused.value)) < 400
    with pytest.raises(BadToken) as unknown:
        tokens.revoke(name)
    assert len(str(unknown.value)) < 400
    with pytest.raises(BadToken) as unopened:
        tokens.create("fine", (name,))
    assert len(str(unopened.value)) < 400


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORT", "x" * 3000),
        ("PORT", "9" * 3000),
        ("PORT", "-" + "9" * 3000),
        ("ISOLATION", "x" * 3000),
        ("BASE", "x" * 3000),
        ("PUBLIC_URL", "x" * 3000),
        ("QUERY_SECONDS", "9" * 3000),
    ],
)
def test_a_long_value_of_a_setting_is_not_said_back_whole(setting: str, value: str) -> None:
    with pytest.raises(SettingError) as refused:
        Settings.read(environment={f"ONRECORD_{setting}": value})
    assert len(str(refused.value)) < 500


def test_in_a_message_long_names_are_cut_and_all_else_is_left_as_it_is() -> None:
    assert (
        without_long_words(f"<{'x' * 3000}> is none:\n  do")
        == f"<{'x' * 199}… (3,002 characters) is none:\n  do"
    )
    for message in ("", "x" * 400, "many words " * 1000):
        assert without_long_words(message) == message
    assert str(OnrecordError(f"there is no {'x' * 3000}")) == f"there is no {'x' * 200}… (3,000 characters)"


def test_a_message_of_many_words_keeps_its_beginning_and_its_end() -> None:
    long = "There is no " + "x y " * 5000 + "here: do that."
    assert len(shortened(long)) < 2100
    assert shortened(long).startswith("There is no x y")
    assert shortened(long).endswith("here: do that.")
    assert shortened(shortened(long)) == shortened(long)
