"""The text store keeps texts under their hashes, whole, and says where one is not as it was written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from onrecord.graph.errors import StoreDamaged
from onrecord.graph.files.texts import Texts, digest

TEXT = "Українці! Українки!\r\n\n83-й день 🇺🇦 нашої оборони.\n"


def test_a_text_is_kept_to_the_byte_under_its_hash(tmp_path: Path) -> None:
    texts = Texts(tmp_path)
    sha256 = texts.put(TEXT)
    assert sha256 == digest(TEXT) == hashlib.sha256(TEXT.encode("utf-8")).hexdigest()
    assert texts.get(sha256) == TEXT
    assert texts.path(sha256) == tmp_path / "texts" / sha256[:2] / f"{sha256}.txt"
    assert texts.path(sha256).read_bytes() == TEXT.encode("utf-8")


def test_the_same_text_is_kept_once(tmp_path: Path) -> None:
    texts = Texts(tmp_path)
    before = [texts.put("one"), texts.put("other"), texts.put("one")]
    assert list(texts.kept()) == sorted(set(before))
    assert len(list(tmp_path.rglob("*.txt"))) == 2


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63])
def test_what_is_not_kept_is_none(name: str, tmp_path: Path) -> None:
    assert Texts(tmp_path).get(name) is None
    assert list(Texts(tmp_path).kept()) == []


def test_a_text_that_was_harmed_is_never_shown_and_is_written_again(tmp_path: Path) -> None:
    texts = Texts(tmp_path)
    sha256 = texts.put(TEXT)
    texts.path(sha256).write_text("something else")
    with pytest.raises(StoreDamaged, match=f"{sha256}.txt is not as it was written"):
        texts.get(sha256)
    texts.put(TEXT)
    assert texts.get(sha256) == TEXT


def test_files_that_are_no_texts_are_passed_over(tmp_path: Path) -> None:
    texts = Texts(tmp_path)
    sha256 = texts.put("one")
    (tmp_path / "texts" / sha256[:2] / "note.txt").write_text("mine")
    (tmp_path / "texts" / "zz").mkdir()
    (tmp_path / "texts" / "zz" / f"{sha256}.txt").write_text("one")
    assert list(texts.kept()) == [sha256]
