"""Tokens: who holds one, what it opens, and that nothing on disk gives it away."""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.graph import errors
from onrecord.graph.settings import SettingError, Settings, table
from onrecord.graph.tokens import Tokens


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data")


@pytest.fixture
def tokens(settings: Settings) -> Tokens:
    return Tokens(settings)


def test_a_token_opens_its_scopes_and_no_others(tokens: Tokens) -> None:
    holder = tokens.holder(tokens.create("bot", ["update"]))
    assert holder is not None
    assert (holder.name, holder.opens("update"), holder.opens("store")) == ("bot", True, False)


def test_the_scope_admin_opens_everything(tokens: Tokens) -> None:
    holder = tokens.holder(tokens.create("root", ["admin"]))
    assert holder is not None
    assert holder.opens("store")
    assert holder.opens("update")


@pytest.mark.parametrize("wrong", ["", "onrecord-", "bot", "\ud800"])
def test_what_is_no_token_has_no_holder(tokens: Tokens, wrong: str) -> None:
    tokens.create("bot", ["update"])
    assert tokens.holder(wrong) is None


def test_each_token_is_another(tokens: Tokens) -> None:
    assert tokens.create("one", ["store"]) != tokens.create("two", ["store"])


def test_the_file_holds_no_token_and_is_its_owners_alone(tokens: Tokens) -> None:
    secret = tokens.create("bot", ["update"])
    assert secret not in tokens.path.read_text()
    assert stat.S_IMODE(tokens.path.stat().st_mode) == 0o600
    assert set(json.loads(tokens.path.read_text())["tokens"][0]) == {"name", "scopes", "created", "sha256"}


def test_another_process_sees_a_token_made_or_revoked_at_once(settings: Settings) -> None:
    running, command = Tokens(settings), Tokens(settings)
    assert running.holder("anything") is None
    secret = command.create("bot", ["update"])
    assert running.holder(secret) is not None
    command.revoke("bot")
    assert running.holder(secret) is None


def test_tokens_made_at_the_same_time_are_all_kept(settings: Settings) -> None:
    threads = [
        threading.Thread(target=Tokens(settings).create, args=(f"bot {n}", ["store"])) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [token.name for token in Tokens(settings).known()] == [f"bot {n}" for n in range(8)]


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
    tokens: Tokens, name: str, scopes: list[str], said: str
) -> None:
    tokens.create("bot", ["update"])
    with pytest.raises(errors.BadToken, match=said):
        tokens.create(name, scopes)


def test_revoking_an_unknown_token_lists_those_there_are(tokens: Tokens) -> None:
    tokens.create("bot", ["update"])
    with pytest.raises(errors.BadToken, match="there is bot"):
        tokens.revoke("bit")


def test_a_damaged_file_is_named(tokens: Tokens) -> None:
    tokens.create("bot", ["update"])
    tokens.path.write_text("{")
    with pytest.raises(errors.StoreDamaged, match=r"tokens\.json"):
        tokens.holder("x")


def test_the_settings_token_is_the_admins(settings: Settings) -> None:
    tokens = Tokens(replace(settings, admin_token="secret"))
    holder = tokens.holder("secret")
    assert holder is not None
    assert (holder.name, holder.opens("store")) == ("admin", True)
    assert tokens.known() == []
    with pytest.raises(errors.BadToken, match="ONRECORD_ADMIN_TOKEN"):
        tokens.create("admin", ["update"])
    assert Tokens(settings).holder("") is None


def test_a_secret_setting_is_shown_nowhere() -> None:
    settings = Settings.read({}, {"ONRECORD_ADMIN_TOKEN": "hush"})
    assert settings.admin_token == "hush"
    assert "hush" not in repr(settings)
    assert {name: default for name, default, _ in table()}["ONRECORD_ADMIN_TOKEN"] == ""


@pytest.mark.parametrize(("said", "meant"), [("0", False), ("No", False), ("false", False), ("1", True), ("TRUE", True), ("yes", True)])  # fmt: skip
def test_a_yes_or_no_setting_takes_words_and_digits(said: str, meant: bool) -> None:
    assert Settings.read({}, {"ONRECORD_SHAPES": said}).shapes is meant


def test_another_word_for_yes_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="ONRECORD_SHAPES: 'on' is not one of"):
        Settings.read({}, {"ONRECORD_SHAPES": "on"})


def test_settings_survive_the_way_through_the_environment() -> None:
    settings = Settings(shapes=False, seeds=True, admin_token="hush")
    assert Settings.read({}, settings.environment()) == settings


@pytest.mark.parametrize(("seeds", "shapes"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_store_is_plain_without_seeds_and_shapes_only(seeds: bool, shapes: bool) -> None:
    assert Settings(seeds=seeds, shapes=shapes).plain is not (seeds or shapes)
