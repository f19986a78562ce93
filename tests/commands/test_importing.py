"""`onrecord import` as a user types it: what it prints, where, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.graph.importers.datasets.attack_rows import table

from onrecord.__main__ import main
from onrecord.commands.importing import REFUSED

Bring = Callable[..., Result]
HEADER = "date,datetime,drone_count,oblasts,text_snippet"
POST = "2025-08-28,2025-08-28 11:19,0,kursk,уничтожены 3 украинских беспилотных аппарата"
BAD = "2025-08-28,28 августа,0,kursk,Текст"


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bring:
    monkeypatch.setenv("ONRECORD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ONRECORD_SHAPES", "0")

    def run(*rows: str, options: tuple[str, ...] = ()) -> Result:
        path = tmp_path / "posts.csv"
        path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
        return CliRunner().invoke(main, ["import", "mod-russia", str(path), *options])

    return run


def test_the_list_has_each_importer_with_its_title_files_and_licence() -> None:
    listed = CliRunner().invoke(main, ["import", "--list"])
    lines = {line.split("\t")[0]: line.split("\t")[1:] for line in listed.stdout.splitlines()}
    assert lines["missile-attacks"][1:] == ["missile_attacks_daily.csv", "no licence stated"]
    assert lines["unscon"][2].startswith("https://creativecommons.org/licenses/by-sa/")


@pytest.mark.parametrize("words", [["import"], ["import", "mod-russia"]])
def test_without_a_name_or_a_file_it_says_what_to_give(words: list[str]) -> None:
    ended = CliRunner().invoke(main, words)
    assert ended.exit_code == 2
    assert "onrecord import NAME FILE…; --list shows the names" in ended.stderr


def test_a_name_that_is_none_brings_the_nearest() -> None:
    ended = CliRunner().invoke(main, ["import", "mod-rusia", "x.csv"])
    assert (ended.exit_code, "did you mean 'mod-russia'?" in ended.stderr) == (1, True)


def test_rows_added_stand_on_standard_output_and_a_second_time_nothing_does(bring: Bring) -> None:
    first = bring(POST)
    assert (first.exit_code, first.stdout) == (0, "added\t2025-08-28 11:19\n")
    assert "Version 1: 1 rows added, 0 corrected, 0 gone" in first.stderr
    again = bring(POST)
    assert (again.exit_code, again.stdout) == (0, "")
    assert "1 rows read; nothing changed." in again.stderr


def test_refused_rows_are_listed_with_their_lines_and_end_it_with_a_code_of_their_own(bring: Bring) -> None:
    ended = bring(BAD, POST)
    assert (ended.exit_code, ended.stdout) == (REFUSED, "added\t2025-08-28 11:19\n")
    assert "posts.csv:2: datetime is '28 августа', not a time in UTC such as" in ended.stderr


def test_every_row_that_differs_is_told_by_its_key(bring: Bring) -> None:
    keys = [f"2025-08-28 11:{minute:02}" for minute in range(30)]
    ended = bring(*(POST.replace("2025-08-28 11:19", key) for key in keys))
    assert ended.stdout.splitlines() == [f"added\t{key}" for key in keys]


def test_a_row_of_which_several_things_are_refused_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ONRECORD_SHAPES", "0")
    (tmp_path / "totals.json").write_text('[{"date": "2022-02-25", "day": 2, "tank": 80, "APC": 516}]')
    (tmp_path / "corrections.json").write_text(
        '[{"date": "2022-02-26", "day": 3, "tank": -1, "APC": 2, "MRL": 0, "personnel": 0}]'
    )
    files = [str(tmp_path / name) for name in ("totals.json", "corrections.json")]
    ended = CliRunner().invoke(main, ["import", "losses", *files])
    assert ended.stderr.count("refused: ") == 2
    assert "\n1 rows were refused" in ended.stderr


def test_what_goes_with_refused_rows_or_a_copy_that_is_not_whole_is_said_with_the_way_back(
    bring: Bring,
) -> None:
    keys = [f"2025-08-28 11:{minute:02}" for minute in range(10)]
    rows = [POST.replace("2025-08-28 11:19", key) for key in keys]
    bring(*rows)
    one = bring(BAD, *rows[1:])
    assert one.stdout == f"gone\t{keys[0]}\n"
    assert (
        "A row that is refused says nothing: what an earlier copy said in it is gone as well." in one.stderr
    )
    assert "onrecord revert" not in one.stderr
    several = bring(*rows[3:])
    assert "Of 9 rows that were there 2 are gone." in several.stderr
    assert "the way back is 'onrecord revert 3'" in several.stderr
    assert CliRunner().invoke(main, ["revert", "3"]).exit_code == 0
    assert bring(*rows[1:], POST).stdout == f"added\t{POST[11:27]}\n"


def test_rows_that_have_a_key_in_common_are_counted_by_it_which_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ONRECORD_SHAPES", "0")
    night = {"source": "kpszsu/posts/A\nB"}
    path = table(tmp_path / "table.csv", night | {"model": "Kalibr"}, night | {"model": "X-101"}, {})
    ended = CliRunner().invoke(main, ["import", "missile-attacks", str(path)])
    assert ended.stdout == "added\tkpszsu/posts/A\nadded\tkpszsu/posts/A B\n"
    assert "Rows are counted by their keys here: the 3 that were read have 2." in ended.stderr


def test_strict_and_dry_run_change_nothing(bring: Bring, tmp_path: Path) -> None:
    strict = bring(BAD, POST, options=("--strict",))
    assert (strict.exit_code, strict.stdout) == (1, "")
    assert "posts.csv:2: datetime is '28 августа'" in strict.stderr
    assert "Nothing was changed (--strict)" in strict.stderr
    tried = bring(POST, options=("--dry-run",))
    assert (tried.exit_code, tried.stdout) == (0, "added\t2025-08-28 11:19\n")
    assert "Nothing was changed (--dry-run)" in tried.stderr
    history = CliRunner().invoke(main, ["history"])
    assert history.stdout == ""


def test_a_file_that_is_not_there_is_named(bring: Bring) -> None:
    ended = CliRunner().invoke(main, ["import", "mod-russia", "nowhere.csv"])
    assert (ended.exit_code, ended.stderr.splitlines()[-1]) == (
        1,
        "Error: nowhere.csv: cannot be read (No such file or directory)",
    )


def test_a_pipe_is_refused_since_a_file_is_read_twice(bring: Bring, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ended = CliRunner().invoke(main, ["import", "mod-russia", str(pipe)])
    assert (ended.exit_code, "pipe: is a pipe, and a file is read twice: save it" in ended.stderr) == (
        1,
        True,
    )
