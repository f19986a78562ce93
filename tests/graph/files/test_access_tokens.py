"""Tokens: who holds one, what it opens, and that nothing on disk gives it away."""

from __future__ import annotations

import errno
import json
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.graph import errors
from onrecord.graph.files.access_tokens import AccessTokens
from onrecord.graph.settings import SettingError, Settings, table


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def tokens(settings: Settings) -> AccessTokens:
    return AccessTokens(settings)


def test_a_token_opens_its_scopes_and_no_others(tokens: AccessTokens) -> None:
    holder = tokens.holder(tokens.create("bot", ["update"]))
    assert holder is not None
    assert (holder.name, holder.opens("update"), holder.opens("store")) == ("bot", True, False)


def test_the_scope_admin_opens_everything(tokens: AccessTokens) -> None:
    holder = tokens.holder(tokens.create("root", ["admin"]))
    assert holder is not None
    assert holder.opens("store")
    assert holder.opens("update")


@pytest.mark.parametrize("name", ["onrecord build", "Onrecord revert", "onrecord"])
def test_no_token_takes_a_name_of_the_program_for_its_commits(tokens: AccessTokens, name: str) -> None:
    with pytest.raises(errors.BadToken, match="the program's own"):
        tokens.create(name, ["update"])
    assert tokens.known() == []


@pytest.mark.parametrize("wrong", ["", "onrecord-", "bot", "\ud800"])
def test_what_is_no_token_has_no_holder(tokens: AccessTokens, wrong: str) -> None:
    tokens.create("bot", ["update"])
    assert tokens.holder(wrong) is None


def test_each_token_is_another(tokens: AccessTokens) -> None:
    assert tokens.create("one", ["store"]) != tokens.create("two", ["store"])


def test_the_file_holds_no_token_and_is_its_owners_alone(tokens: AccessTokens) -> None:
    secret = tokens.create("bot", ["update"])
    assert secret not in tokens.path.read_text()
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    assert set(json.loads(tokens.path.read_text())["tokens"][0]) == {"name", "scopes", "created", "sha256"}


def test_another_process_sees_a_token_made_or_revoked_at_once(settings: Settings) -> None:
    running, command = AccessTokens(settings), AccessTokens(settings)
    assert running.holder("anything") is None
    secret = command.create("bot", ["update"])
    assert running.holder(secret) is not None
    command.revoke("bot")
    assert running.holder(secret) is None


def test_tokens_made_at_the_same_time_are_all_kept(settings: Settings) -> None:
    threads = [
        threading.Thread(target=AccessTokens(settings).create, args=(f"bot {n}", ["store"])) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [token.name for token in AccessTokens(settings).known()] == [f"bot {n}" for n in range(8)]


@pytest.mark.parametrize(
    ("name", "scopes", "said"),
    [
        ("bot", ["update"], "already"),
        ("a/b", ["update"], "name"),
        ("x", [], "none at all"),
        ("x", ["read"], "read"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_reason(
    tokens: AccessTokens, name: str, scopes: list[str], said: str
) -> None:
    tokens.create("bot", ["update"])
    with pytest.raises(errors.BadToken, match=said):
        tokens.create(name, scopes)


def test_revoking_an_unknown_token_lists_those_there_are(tokens: AccessTokens) -> None:
    tokens.create("bot", ["update"])
    with pytest.raises(errors.BadToken, match="there is bot"):
        tokens.revoke("bit")


def entry(**other: object) -> str:
    token = {"name": "bot", "scopes": ["update"], "created": "2025-08-28T00:00:00+00:00", "sha256": "0" * 64}
    return json.dumps({"tokens": [token | other]})


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"tokens": {"a": 1}}',
        b'{"tokens": ["bot"]}',
        b"[" * 100_000,
        entry(scopes="admin").encode(),
        entry(scopes=["read"]).encode(),
        entry(scopes=[["update"]]).encode(),
        entry(name=1).encode(),
        entry(created="yesterday").encode(),
        entry(created=None).encode(),
        entry(sha256="é" * 64).encode(),
        entry(sha256=7).encode(),
    ],
)
def test_a_damaged_file_is_named_and_opens_nothing(tokens: AccessTokens, content: bytes) -> None:
    tokens.create("bot", ["update"])
    tokens.path.write_bytes(content)
    for ask in (lambda: tokens.holder("x"), tokens.known, lambda: tokens.create("new", ["update"])):
        with pytest.raises(errors.StoreDamaged, match=r"tokens\.json is damaged.*put back a copy"):
            ask()
    assert tokens.path.read_bytes() == content


def test_a_list_that_could_be_read_is_read_again(tokens: AccessTokens) -> None:
    tokens.path.parent.mkdir()
    tokens.path.write_text(entry())
    assert [token.name for token in tokens.known()] == ["bot"]


def test_what_is_no_file_is_not_waited_for(tokens: AccessTokens) -> None:
    tokens.path.parent.mkdir()
    os.mkfifo(tokens.path)
    with pytest.raises(errors.StoreDamaged, match=r"tokens\.json.*not a file"):
        tokens.holder("x")
    tokens.path.unlink()
    tokens.path.mkdir()
    with pytest.raises(errors.StoreDamaged, match=r"tokens\.json.*not a file"):
        tokens.holder("x")


def test_a_pipe_in_the_place_of_the_lock_is_not_waited_for(tokens: AccessTokens) -> None:
    tokens.path.parent.mkdir()
    os.mkfifo(tokens.path.parent / ".tokens.lock")
    assert tokens.holder(tokens.create("bot", ["update"])) is not None


def test_a_file_of_another_user_is_named_with_the_remedy(
    tokens: AccessTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens.create("bot", ["update"])

    def forbidden(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_text", forbidden)
    with pytest.raises(errors.StoreDamaged, match=r"tokens\.json.*Permission denied.*chown"):
        AccessTokens(Settings(data=tokens.path.parent)).holder("x")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_what_root_makes_belongs_to_the_directorys_owner(tokens: AccessTokens) -> None:
    tokens.path.parent.mkdir()
    os.chown(tokens.path.parent, 12345, 54321)
    tokens.create("bot", ["update"])
    tokens.revoke("bot")
    owners = {(file.stat().st_uid, file.stat().st_gid) for file in tokens.path.parent.iterdir()}
    assert owners == {(12345, 54321)}


def test_the_settings_token_is_the_admins(settings: Settings) -> None:
    tokens = AccessTokens(replace(settings, admin_token="secret"))
    holder = tokens.holder("secret")
    assert holder is not None
    assert (holder.name, holder.opens("store")) == ("admin", True)
    assert tokens.known() == []
    with pytest.raises(errors.BadToken, match="ONRECORD_ADMIN_TOKEN"):
        tokens.create("admin", ["update"])
    assert AccessTokens(settings).holder("") is None


def test_a_secret_setting_is_shown_nowhere() -> None:
    settings = Settings.read({}, {"ONRECORD_ADMIN_TOKEN": "hush-hush-hush-hush"})
    assert settings.admin_token == "hush-hush-hush-hush"
    assert "hush" not in repr(settings)
    assert {name: default for name, default, _ in table()}["ONRECORD_ADMIN_TOKEN"] == ""


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("x", "fewer than 16"),
        ("x" * 15, "fewer than 16"),
        *[(f"secret{character}secret-secret", "cannot be sent") for character in '@:!=, \t\n"\\é%'],
        ("secret-secret-secret\n", "cannot be sent"),
        ("=" * 20, "cannot be sent"),
    ],
)
def test_a_first_token_that_no_request_can_carry_or_anybody_can_guess_is_refused_unsaid(
    token: str, said: str
) -> None:
    with pytest.raises(SettingError, match=f"ONRECORD_ADMIN_TOKEN: .*{said}") as caught:
        Settings.read({}, {"ONRECORD_ADMIN_TOKEN": token})
    assert token not in str(caught.value) or token == "x"


@pytest.mark.parametrize("token", ["", "x" * 16, "aZ09-._~+/secret==", "0123456789abcdef" * 4])
def test_a_first_token_that_a_request_can_carry_is_taken(token: str) -> None:
    assert Settings.read({}, {"ONRECORD_ADMIN_TOKEN": token}).admin_token == token


def test_a_word_that_is_no_choice_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingError, match="ONRECORD_ISOLATION: 'maybe' is not one of warn, require"):
        Settings.read({}, {"ONRECORD_ISOLATION": "maybe"})


@pytest.mark.parametrize(("said", "meant"), [("0", False), ("No", False), ("false", False), ("1", True), ("TRUE", True), ("yes", True)])  # fmt: skip
def test_a_yes_or_no_setting_takes_words_and_digits(said: str, meant: bool) -> None:
    assert Settings.read({}, {"ONRECORD_SHAPES": said}).shapes is meant


def test_another_word_for_yes_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="ONRECORD_SHAPES: 'on' is not one of"):
        Settings.read({}, {"ONRECORD_SHAPES": "on"})


def test_settings_survive_the_way_through_the_environment() -> None:
    settings = Settings(shapes=False, seeds=True, admin_token="hush-hush-hush-hush")
    assert Settings.read({}, settings.environment()) == settings


@pytest.mark.parametrize(("seeds", "shapes"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_store_is_plain_without_seeds_and_shapes_only(seeds: bool, shapes: bool) -> None:
    assert Settings(seeds=seeds, shapes=shapes).plain is not (seeds or shapes)
