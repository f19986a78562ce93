"""Which language tags mean a language.

A tag can be well formed and mean nothing: RDF accepts "ua" and "english" alike. The first part of a tag must be a
two-letter code of ISO 639-1 (as maintained by the Library of Congress, https://www.loc.gov/standards/iso639-2/), or
one of the few longer codes of ISO 639-2 and -3 that texts of this kind need.
"""

from __future__ import annotations

from typing import Final

_TWO_LETTERS: Final = """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv
    dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie
    ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv
    mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm
    rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts
    tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""

_LONGER: Final = {
    "crh": "Crimean Tatar",
    "gag": "Gagauz",
    "rue": "Rusyn",
    "mul": "several languages",
    "und": "not known",
}

_MISTAKEN: Final = {
    "ua": "uk",
    "gb": "en",
    "us": "en",
    "cz": "cs",
    "by": "be",
    "gr": "el",
    "dk": "da",
    "jp": "ja",
    "cn": "zh",
}
"""Countries' codes that are taken for languages'."""

CODES: Final = frozenset(_TWO_LETTERS.split()) | frozenset(_LONGER)


def problem(tag: str) -> str | None:
    """What is wrong with a language tag, and what to write instead; None if nothing is."""
    code = tag.partition("-")[0].lower()
    if code in CODES:
        return None
    if code in _MISTAKEN:
        return f"'{tag}' is a country's code, not a language's: write '{_MISTAKEN[code]}'."
    return f"No language has the tag '{tag}': use a code of ISO 639-1, such as en, uk (Ukrainian) or ru."
