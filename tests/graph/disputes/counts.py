"""Pairs of counts, and whether they contradict: by kind of count, near misses among them."""

from __future__ import annotations

from tests.graph.disputes.claims import claim, count

AFTER, BEFORE, SAME_DAY = (
    count("a", "y", "25", "29"),
    count("b", "z", "23", "28"),
    count("b", "z", "23", "29"),
)

GROWING = {
    # The earlier count is higher: the later cannot be right if the earlier is.
    "a later count below an earlier one": (count("a", "y", "30+", "28"), count("b", "z", "25", "29"), True),
    "an hour later": (count("a", "y", "30+", "28 10:00"), count("b", "z", "25", "28 11:00"), True),
    "at the same minute": (count("a", "y", "30+", "28 10:00"), count("b", "z", "25", "28 10:00"), True),
    "an upper bound below a lower one": (count("a", "y", "30+", "28"), count("b", "z", "25-", "29"), True),
    "on another clock, and still later": (
        count("a", "y", "30+", "28 10:00"),
        count("b", "z", "25", "").replace(
            " .\n",
            ' ; rec:asOfFrom "2025-08-28T08:00:00+00:00"^^xsd:dateTime ; rec:asOfUntil "2025-08-28T09:00:00+00:00"^^xsd:dateTime .\n',
        ),
        True,
    ),
    "of a topic": (
        count("a", "y", "30+", "28", on="topic:war"),
        count("b", "z", "25", "29", on="topic:war"),
        True,
    ),
    # Time passed, or may have passed.
    "a toll that rises": (AFTER, BEFORE, False),
    "lower bounds that rise": (count("a", "y", "21+", "28"), count("b", "z", "25+", "29"), False),
    "on one day, in which order is not known": (AFTER, SAME_DAY, False),
    "days that overlap in part": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "28 23:59"),
        False,
    ),
    "the lower count at no known moment": (count("a", "y", "30+", "28"), count("b", "z", "25", ""), False),
    "the higher count at no known moment": (count("a", "y", "30+", ""), count("b", "z", "25", "29"), False),
    # Bounds that leave room.
    "a later lower bound below": (count("a", "y", "30+", "28"), count("b", "z", "25+", "29"), False),
    "equal counts": (count("a", "y", "25+", "28"), count("b", "z", "25", "29"), False),
    # Another thing.
    "another measure": (count("a", "y", "30+", "28"), count("b", "z", "25", "29", measure="injured"), False),
    "another event": (count("a", "y", "30+", "28"), count("b", "z", "25", "29", on="event:other"), False),
    "a part of the event": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "29", on="event:part"),
        False,
    ),
    "an actor in common, no event": (
        count("a", "y", "30+", "28", on="actor:x"),
        count("b", "z", "25", "29", on="actor:x"),
        False,
    ),
    "another scope": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "29", more="; rec:scope place:k"),
        False,
    ),
    "another party": (
        count("a", "y", "30+", "28", more="; rec:ofParty actor:x"),
        count("b", "z", "25", "29", more="; rec:ofParty actor:y"),
        False,
    ),
    # Who and how.
    "the same claimant": (count("a", "y", "30+", "28"), count("b", "y", "25", "29"), False),
    "an estimate": (count("a", "y", "~30", "28"), count("b", "z", "25", "29"), False),
    "doubted, not asserted": (
        count("a", "y", "30+", "28", stance="Doubts"),
        count("b", "z", "25", "29"),
        False,
    ),
    "people missing, who may be found": (
        count("a", "y", "30+", "28", measure="missing"),
        count("b", "z", "25", "29", measure="missing"),
        False,
    ),
    "superseded": (
        count("a", "y", "30+", "28"),
        count("b", "z", "25", "29") + count("c", "z", "31", "29", more="; rec:supersedes claim:b"),
        False,
    ),
    "retracted": (
        count("a", "y", "30+", "28") + claim("c", "PropertyClaim", "y", "rec:retracts claim:a"),
        count("b", "z", "25", "29"),
        False,
    ),
}

FINISHED = {
    "counts of launches that differ": (
        count("a", "y", "590", "28", measure="launched"),
        count("b", "z", "598", "28", measure="launched"),
        True,
    ),
    "days apart, which does not matter": (
        count("a", "y", "590", "28", measure="launched"),
        count("b", "z", "598", "30", measure="launched"),
        True,
    ),
    "the higher one first": (
        count("a", "y", "598", "28", measure="launched"),
        count("b", "z", "590", "30", measure="launched"),
        True,
    ),
    "at no known moment": (
        count("a", "y", "590", "", measure="launched"),
        count("b", "z", "598", "", measure="launched"),
        True,
    ),
    "bounds that meet": (
        count("a", "y", "590+", "28", measure="launched"),
        count("b", "z", "598", "28", measure="launched"),
        False,
    ),
    "estimate": (
        count("a", "y", "~590", "28", measure="launched"),
        count("b", "z", "598", "28", measure="launched"),
        False,
    ),
    "another weapon": (
        count("a", "y", "2", "28", measure="launched", more="; rec:weapon actor:kinzhal"),
        count("b", "z", "20", "28", measure="launched", more="; rec:weapon actor:kh101"),
        False,
    ),
    "one of several weapons": (
        count("a", "y", "2", "28", measure="launched", more="; rec:weapon actor:kinzhal"),
        count("b", "z", "9", "28", measure="launched", more="; rec:weaponOneOf actor:kinzhal, actor:kn23"),
        False,
    ),
    "from another place": (
        count("a", "y", "2", "28", measure="launched", more="; rec:launchedFrom place:one"),
        count("b", "z", "9", "28", measure="launched", more="; rec:launchedFrom place:two"),
        False,
    ),
    "the same weapon, some of another among them": (
        count("a", "y", "590", "28", measure="launched", more="; rec:weapon actor:drone"),
        count("b", "z", "598", "28", measure="launched", more="; rec:weapon actor:drone ; rec:weaponIncluding actor:decoy"),
        True,
    ),
    "launched and intercepted": (
        count("a", "y", "563", "28", measure="intercepted"),
        count("b", "z", "598", "28", measure="launched"),
        False,
    ),
}  # fmt: skip

MOMENTARY = {
    "of people missing, for one minute": (
        count("a", "y", "25", "28 12:00", measure="missing"),
        count("b", "z", "3", "28 12:00", measure="missing"),
        True,
    ),
    "a lower bound above an upper one": (
        count("a", "y", "25+", "28 12:00", measure="missing"),
        count("b", "z", "24-", "28 12:00", measure="missing"),
        True,
    ),
    "a minute apart": (
        count("a", "y", "25", "28 12:00", measure="missing"),
        count("b", "z", "3", "28 12:01", measure="missing"),
        False,
    ),
    "on one day": (
        count("a", "y", "25", "28", measure="missing"),
        count("b", "z", "3", "28", measure="missing"),
        False,
    ),
    "bounds that meet": (
        count("a", "y", "25", "28 12:00", measure="missing"),
        count("b", "z", "3+", "28 12:00", measure="missing"),
        False,
    ),
    "by the same claimant": (
        count("a", "y", "25", "28 12:00", measure="missing"),
        count("b", "y", "3", "28 12:00", measure="missing"),
        False,
    ),
    "an estimate": (
        count("a", "y", "25", "28 12:00", measure="missing"),
        count("b", "z", "~3", "28 12:00", measure="missing"),
        False,
    ),
}

DENIED_COUNTS = {
    "the same count": (count("a", "y", "21+", "28", stance="Denies"), count("b", "z", "21+", "28"), True),
    "a higher one implies it": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "25", "28"),
        True,
    ),
    "that anybody died, denied": (
        count("a", "y", "1+", "28", stance="Denies"),
        count("b", "z", "21+", "28"),
        True,
    ),
    "asserted first, denied the next day": (
        count("a", "y", "21+", "29", stance="Denies"),
        count("b", "z", "21+", "28"),
        True,
    ),
    "at no known moments": (count("a", "y", "21+", "", stance="Denies"), count("b", "z", "21+", ""), True),
    "of finished counts, days apart": (
        count("a", "y", "598", "28", stance="Denies", measure="launched"),
        count("b", "z", "598", "30", measure="launched"),
        True,
    ),
    # Not implied by what is asserted.
    "a lower one": (count("a", "y", "21+", "28", stance="Denies"), count("b", "z", "18+", "28"), False),
    "an upper bound asserted": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "25-", "28"),
        False,
    ),
    "exactly that many denied, at least asserted": (
        count("a", "y", "21", "28", stance="Denies"),
        count("b", "z", "21+", "28"),
        False,
    ),
    # It may have grown.
    "denied first, asserted the next day": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "21+", "29"),
        False,
    ),
    "exactly that many, asserted the day before": (
        count("a", "y", "21", "29", stance="Denies"),
        count("b", "z", "21", "28"),
        False,
    ),
    "missing, the day before": (
        count("a", "y", "21+", "29", stance="Denies", measure="missing"),
        count("b", "z", "21+", "28", measure="missing"),
        False,
    ),
    "missing, the same day": (
        count("a", "y", "21+", "29", stance="Denies", measure="missing"),
        count("b", "z", "21+", "29", measure="missing"),
        True,
    ),
    "an estimate asserted": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "~25", "28"),
        False,
    ),
    "an estimate denied": (
        count("a", "y", "~21", "28", stance="Denies"),
        count("b", "z", "25", "28"),
        False,
    ),
    "the same claimant": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "y", "21+", "28"),
        False,
    ),
    "denied by both": (
        count("a", "y", "21+", "28", stance="Denies"),
        count("b", "z", "21+", "28", stance="Denies"),
        False,
    ),
    "another scope": (
        count("a", "y", "21+", "28", stance="Denies", more="; rec:scope place:k"),
        count("b", "z", "21+", "28"),
        False,
    ),
}
