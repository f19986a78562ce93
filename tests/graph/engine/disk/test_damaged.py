"""A data directory with damaged files: they are named with the remedy, and nothing is made of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.graph import errors
from onrecord.graph.changes import ChangeSet
from onrecord.graph.engine.disk import commit_log as histories
from onrecord.graph.ledger import Ledger
from onrecord.graph.maintenance.verification import verify
from onrecord.graph.settings import Settings

pytestmark = pytest.mark.slow

Adding = Callable[..., ChangeSet]
Count = Callable[[Ledger], int]


def open_(settings: Settings) -> Ledger:
    return Ledger.open(settings, _gate=False)


def test_a_missing_patch_is_named(three: Settings) -> None:
    (three.data / "history" / "000" / "2.patch").unlink()
    with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch is missing.*backup"):
        open_(three)


def test_a_missing_last_patch_is_named_before_anything_is_served(three: Settings) -> None:
    (three.data / "history" / "000" / "3.patch").unlink()
    with pytest.raises(errors.StoreDamaged, match=r"000/3\.patch is missing.*backup"):
        open_(three)


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(file.seek(0, 2) // 2)


def change_author(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'author "a"', b'author "b"'))


def change_row(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b' 3"', b' 4"'))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zero(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


def tear(path: Path) -> None:
    """What was written last is zeros, as where its place was noted and its bytes were not there yet."""
    content = path.read_bytes()
    path.write_bytes(content[:-20] + bytes(20))


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def make_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def take_the_first(path: Path) -> None:
    path.write_bytes(path.with_name("1.patch").read_bytes())


def misplace(path: Path) -> None:
    path.parent.with_name("001").mkdir()
    path.rename(path.parent.with_name("001") / path.name)


@pytest.mark.parametrize(
    "harm",
    [cut, change_author, change_row, empty, zero, append, make_pipe, make_directory, make_link_to_itself, take_the_first, misplace],
)  # fmt: skip
@pytest.mark.parametrize("version", [2, 3])
def test_a_history_whose_newest_patches_are_not_whole_is_not_served(
    harm: Callable[[Path], None], version: int, three: Settings
) -> None:
    patch = three.data / "history" / "000" / f"{version}.patch"
    harm(patch)
    with pytest.raises(errors.StoreDamaged) as caught:
        open_(three)
    assert str(patch) in caught.value.message
    assert "backup" in caught.value.message


def test_a_patch_of_another_history_is_noticed_by_the_commit_it_follows_on(
    three: Settings, adding: Adding
) -> None:
    other = replace(three, data=three.data.with_name("other"))
    with open_(other) as ledger:
        for n in range(2):
            ledger.commit(adding(f"y{n}", 10), message=f"commit {n}", author="a")
    shutil.copy(other.data / "history" / "000" / "2.patch", three.data / "history" / "000" / "2.patch")
    with pytest.raises(
        errors.StoreDamaged, match=r"000/2\.patch is damaged: it follows on another commit.*000/1\.patch"
    ):
        open_(three)


def test_the_cost_of_a_start_does_not_grow_with_the_history(
    three: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    zero(three.data / "history" / "000" / "1.patch")
    size = (three.data / "history" / "000" / "2.patch").stat().st_size
    for most, bytes_ in ((1, 1 << 20), (200, size)):
        monkeypatch.setattr(histories, "_NEWEST", most)
        monkeypatch.setattr(histories, "_NEWEST_BYTES", bytes_)
        open_(three).close()  # of the first patch it is only seen that it is there
    monkeypatch.setattr(histories, "_NEWEST_BYTES", 1 << 20)
    with pytest.raises(errors.StoreDamaged, match=r"000/1\.patch"):
        open_(three)


def test_a_patch_that_was_harmed_under_a_running_server_is_not_handed_out(three: Settings) -> None:
    with open_(three) as ledger:
        change_row(three.data / "history" / "000" / "2.patch")
        with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch is damaged.*checksum"):
            ledger.patch(2)
        assert ledger.patch(3).startswith(b"H id <urn:uuid:")


@pytest.mark.parametrize("harm", [cut, change_author, change_row, Path.unlink, make_pipe])
def test_nothing_is_committed_on_a_last_patch_that_was_harmed_under_a_running_server(
    harm: Callable[[Path], None], three: Settings, adding: Adding, count: Count
) -> None:
    with open_(three) as ledger:
        patch = three.data / "history" / "000" / "3.patch"
        content = patch.read_bytes()
        harm(patch)
        with pytest.raises(errors.StoreDamaged, match=r"000/3\.patch"):
            ledger.commit(adding("x3"), message="m", author="a")
        assert (ledger.version, count(ledger)) == (3, 30)
        patch.unlink(missing_ok=True)
        patch.write_bytes(content)
        assert ledger.commit(adding("x3"), message="m", author="a").version == 4


def test_a_damaged_patch_is_named_when_it_is_needed(three: Settings) -> None:
    patch = three.data / "history" / "000" / "2.patch"
    patch.write_bytes(patch.read_bytes().replace(b"x1 3", b"x1 4"))
    shutil.rmtree(three.data / "store")
    shutil.rmtree(three.data / "snapshots")
    with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch is damaged.*checksum"):
        open_(three)


@pytest.mark.parametrize("pattern", ["*.sst", "MANIFEST*", "CURRENT"])
def test_a_damaged_snapshot_is_named_with_the_remedy(pattern: str, three: Settings, count: Count) -> None:
    for file in (three.data / "snapshots" / "3").glob(pattern):
        cut(file)
    with open_(three) as ledger, pytest.raises(errors.StoreDamaged) as caught:
        count(ledger)
    assert str(three.data / "snapshots" / "3") in caught.value.message
    for name in ("store", "snapshots"):  # the remedy that the message gives
        assert name in caught.value.message
        shutil.move(three.data / name, three.data / f"{name}-away")
    with open_(three) as ledger:
        assert count(ledger) == 30


def test_damage_that_is_met_while_a_snapshot_is_read_is_named_too(three: Settings, count: Count) -> None:
    named = 0
    # The newest files, one of each kind: most are met when it is opened, or not at all by this query.
    for file in sorted((three.data / "snapshots" / "3").glob("*.sst"))[-9:]:
        whole = file.read_bytes()
        file.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
        with open_(three) as ledger:
            try:
                assert count(ledger) == 30
            except errors.StoreDamaged as error:
                assert str(file.parent) in error.message  # noqa: PT017
                named += 1
        file.write_bytes(whole)
    assert named > 1


@pytest.mark.parametrize(
    "torn", [(cut, "MANIFEST*"), (tear, "MANIFEST*"), (cut, "CURRENT"), (tear, "CURRENT")]
)
def test_a_store_that_a_power_cut_left_torn_is_made_again_from_the_history(
    torn: tuple[Callable[[Path], None], str],
    three: Settings,
    adding: Adding,
    count: Count,
    caplog: pytest.LogCaptureFixture,
) -> None:
    harm, pattern = torn
    for file in (three.data / "store").glob(pattern):
        harm(file)
    with open_(three) as ledger:
        assert ledger.commit(adding("x3", 10), message="m", author="a").version == 4
        assert count(ledger) == 40
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert f"the store {three.data / 'store'} cannot be read" in said
    assert f"moved to {three.data / 'store.damaged'}, and made again from the history" in said
    assert list((three.data / "store.damaged").glob("*.sst"))
    with open_(three) as ledger:
        assert (ledger.version, count(ledger)) == (4, 40)
    assert list(verify(three.data, three, lambda _: None)) == []


def test_a_torn_store_is_made_again_where_no_snapshot_can_be_read(three: Settings, count: Count) -> None:
    shutil.rmtree(three.data / "snapshots")
    for file in (three.data / "store").glob("MANIFEST*"):
        tear(file)
    with open_(three) as ledger:
        assert (ledger.version, count(ledger)) == (3, 30)


def test_a_torn_store_is_made_again_only_from_a_history_that_is_whole(
    three: Settings, adding: Adding
) -> None:
    for file in (three.data / "store").glob("MANIFEST*"):
        tear(file)
    with open_(three) as ledger:
        change_row(three.data / "history" / "000" / "2.patch")
        with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch is damaged"):
            ledger.commit(adding("x3"), message="m", author="a")


def test_a_pipe_among_the_files_of_the_store_is_named_and_not_waited_for(
    three: Settings, adding: Adding
) -> None:
    file = sorted((three.data / "store").glob("*.sst"))[0]
    make_pipe(file)
    with open_(three) as ledger, pytest.raises(errors.StoreDamaged, match=f"not files: {file.name}"):
        ledger.commit(adding("x3"), message="m", author="a")


def make_link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to("nothing")


def scramble(path: Path) -> None:
    path.write_bytes(bytes(range(128, 256)))


def nest(path: Path) -> None:
    path.write_bytes(b"[" * 100_000)


@pytest.mark.parametrize("harm", [cut, empty, zero, scramble, nest])
def test_a_harmed_checkpoint_costs_a_replay_and_nothing_else(
    harm: Callable[[Path], None], three: Settings, adding: Adding, count: Count
) -> None:
    harm(three.data / "checkpoint")
    with open_(three) as ledger:
        assert (ledger.version, count(ledger)) == (3, 30)
        assert ledger.commit(adding("x3", 10), message="m", author="a").version == 4
        assert count(ledger) == 40


@pytest.mark.parametrize("harm", [make_pipe, make_directory, make_link_to_itself])
def test_a_checkpoint_that_is_no_file_is_named_with_the_remedy(
    harm: Callable[[Path], None], three: Settings, count: Count
) -> None:
    path = three.data / "checkpoint"
    harm(path)
    with pytest.raises(errors.StoreDamaged, match=r"checkpoint .* cannot be read .* remove it"):
        open_(three)
    path.rmdir() if path.is_dir() else path.unlink()
    with open_(three) as ledger:
        assert (ledger.version, count(ledger)) == (3, 30)


@pytest.mark.parametrize("harm", [Path.unlink, make_link_to_nothing, make_link_to_itself, make_pipe])
def test_the_history_names_a_patch_that_is_gone_since_the_start(
    harm: Callable[[Path], None], three: Settings
) -> None:
    with open_(three) as ledger:
        harm(three.data / "history" / "000" / "2.patch")
        with pytest.raises(errors.StoreDamaged, match=r"000/2\.patch (is missing|cannot be read).* backup"):
            ledger.history()
