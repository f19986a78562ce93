"""No question of ours is forgotten where growth is measured."""

from __future__ import annotations

from tests.bench import test_growth as growth


def test_every_question_of_ours_is_looked_at() -> None:
    names = growth.QUESTIONS.keys() - {"description"}
    assert names == {
        *growth.OF_ONE_THING,
        *growth.OF_MANY_THINGS,
        *growth.OF_EVERYTHING,
        *growth.OF_THE_VOCABULARY_OR_BOUNDED,
        *growth.OF_TABLES,
        *growth.OF_KEYS,
    }
