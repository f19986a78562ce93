"""Names of places, as tables of attacks on Ukraine write them, and the places that they mean.

A place is found on a map by what it lies within, or by a point: for seas and countries a rounded centre. Crimea and the occupied
oblasts lie within Ukraine, as the United Nations have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from onrecord.graph.importers.model import Record, slug


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place: the slug of its IRI, its English name, and the slug of what it lies within, or its point (latitude, longitude)."""

    slug: str
    label: str
    within: str = ""
    point: tuple[str, str] | None = None


_COUNTRIES: Final = (
    NamedPlace("ukraine", "Ukraine", point=("49.0", "32.0")),
    NamedPlace("russia", "Russia", point=("60.0", "100.0")),
    NamedPlace("belarus", "Belarus", point=("53.0", "28.0")),
)
_SEAS: Final = (
    NamedPlace("black-sea", "Black Sea", point=("43.0", "35.0")),
    NamedPlace("caspian-sea", "Caspian Sea", point=("42.0", "50.0")),
    NamedPlace("sea-of-azov", "Sea of Azov", point=("46.0", "36.5")),
)
_UKRAINIAN_OBLASTS: Final = [
    "Cherkasy",
    "Chernihiv",
    "Chernivtsi",
    "Dnipropetrovsk",
    "Donetsk",
    "Ivano-Frankivsk",
    "Kharkiv",
    "Kherson",
    "Khmelnytskyi",
    "Kirovohrad",
    "Kyiv",
    "Luhansk",
    "Lviv",
    "Mykolaiv",
    "Odesa",
    "Poltava",
    "Rivne",
    "Sumy",
    "Ternopil",
    "Vinnytsia",
    "Volyn",
    "Zakarpattia",
    "Zaporizhzhia",
    "Zhytomyr",
]
_RUSSIAN_OBLASTS: Final = [
    "Astrakhan",
    "Belgorod",
    "Bryansk",
    "Kaluga",
    "Kursk",
    "Leningrad",
    "Lipetsk",
    "Moscow",
    "Murmansk",
    "Novgorod",
    "Oryol",
    "Penza",
    "Pskov",
    "Rostov",
    "Ryazan",
    "Samara",
    "Saratov",
    "Smolensk",
    "Tambov",
    "Tula",
    "Tver",
    "Vladimir",
    "Volgograd",
    "Vologda",
    "Voronezh",
    "Yaroslavl",
]
_WITHIN: Final[Mapping[str, str]] = {
    # Parts of Ukraine, as its Air Force names them
    **dict.fromkeys(("Dnipro", "Kryvyi Rih"), "Dnipropetrovsk oblast"),
    "Kyiv": "Ukraine",
    "Kharkiv": "Kharkiv oblast",
    "Sumy": "Sumy oblast",
    "Odesa": "Odesa oblast",
    "Snake Island": "Odesa oblast",
    "Zaporizhzhia": "Zaporizhzhia oblast",
    **dict.fromkeys(("Prymorsk", "Berdiansk", "Tokmak", "Melitopol"), "Zaporizhzhia oblast"),
    "Kherson": "Kherson oblast",
    "Kramatorsk": "Donetsk oblast",
    "Starokostiantyniv": "Khmelnytskyi oblast",
    "Kolomyia": "Ivano-Frankivsk oblast",
    "Ochakiv": "Mykolaiv oblast",
    "Crimea": "Ukraine",
    **dict.fromkeys(
        (
            "Chauda",
            "Hvardiiske",
            "Kacha",
            "Dzhankoi",
            "Balaklava",
            "Sevastopol",
            "Belbek",
            "Cape Tarkhankut",
            "Feodosia",
            "Yalta",
        ),
        "Crimea",
    ),
    **dict.fromkeys(
        (
            "Dnipro Raion",
            "Pavlohrad Raion",
            "Kryvyi Rih Raion",
            "Synelnykove Raion",
            "Kamianske Raion",
            "Novomoskovsk Raion",
        ),
        "Dnipropetrovsk oblast",
    ),
    "Myrhorod Raion": "Poltava oblast",
    # Russia
    "Krasnodar Krai": "Russia",
    **dict.fromkeys(("Primorsko-Akhtarsk", "Yeysk", "Anapa"), "Krasnodar Krai"),
    **dict.fromkeys(("Millerovo", "Taganrog", "Volgodonsk", "Morozovsk"), "Rostov oblast"),
    "Shatalovo": "Smolensk oblast",
    "Kapustin Yar": "Astrakhan oblast",
    "Seshcha": "Bryansk oblast",
    "Belgorod": "Belgorod oblast",
    "Engels-2": "Saratov oblast",
    **dict.fromkeys(("Olenya", "Olenegorsk"), "Murmansk oblast"),
    "Soltsy-2": "Novgorod oblast",
    "Shaykovka": "Kaluga oblast",
    "Savasleyka": "Nizhny Novgorod oblast",
    "Nizhny Novgorod oblast": "Russia",
    "Eastern coast of the Sea of Azov": "Krasnodar Krai",
}
_PARTS: Final[Mapping[str, str]] = {
    "south": "South of Ukraine",
    "north": "North of Ukraine",
    "east": "East of Ukraine",
    "west": "West of Ukraine",
    "center": "Centre of Ukraine",
    "south-east": "South-east of Ukraine",
    "north-east": "North-east of Ukraine",
}
_SPELT: Final[Mapping[str, str]] = {
    "eastern coast of sea of azov": "Eastern coast of the Sea of Azov",
    "kyiv oblast (south)": "Kyiv oblast",
}


def _all() -> Iterator[NamedPlace]:
    yield from _COUNTRIES
    yield from _SEAS
    for names, country in ((_UKRAINIAN_OBLASTS, "ukraine"), (_RUSSIAN_OBLASTS, "russia")):
        for name in names:
            yield NamedPlace(slug(f"{name} oblast"), f"{name} oblast", within=country)
    for name, within in _WITHIN.items():
        yield NamedPlace(slug(name), name, within=slug(within))
    for name in _PARTS.values():
        yield NamedPlace(slug(name), name, within="ukraine")


PLACES: Final[Mapping[str, NamedPlace]] = {place.slug: place for place in _all()}
"""All places by slug."""
_NAMED: Final[Mapping[str, NamedPlace]] = {
    **{place.label.lower(): place for place in PLACES.values()},
    **{name: PLACES[slug(label)] for name, label in _SPELT.items()},
}
_REGIONS: Final[Mapping[str, NamedPlace]] = {name: PLACES[slug(label)] for name, label in _PARTS.items()}


def find(name: str, *, parts: bool = False) -> list[NamedPlace] | None:
    """The places that a name means; None where it is not known.

    "A, B" means both, but only the narrower where one lies within the other: "Chauda, Crimea" is Chauda. With `parts`,
    "south" is the south of Ukraine; without, it is a direction and no place.
    """
    whole = name.strip().lower()
    found = []
    for one in (whole,) if whole in _NAMED else whole.split(","):
        place = _NAMED.get(one.strip()) or (_REGIONS.get(one.strip()) if parts else None)
        if place is None:
            return None
        found.append(place)
    return [place for place in found if not any(place.slug in _around(other) for other in found)]


def is_direction(name: str) -> bool:
    """Whether a name is a point of the compass alone."""
    return name.strip().lower() in _REGIONS


def describe(record: Record, slugs: set[str]) -> None:
    """Describe places, with what they lie within."""
    for name in sorted(slugs.union(*(_around(PLACES[name]) for name in slugs))):
        place = PLACES[name]
        latitude, longitude = place.point or (None, None)
        record.describe(
            f"place/{place.slug}",
            "Place",
            label={"en": place.label},
            within=f"place/{place.within}" if place.within else None,
            latitude=latitude,
            longitude=longitude,
        )


def _around(place: NamedPlace) -> list[str]:
    """The slugs of what a place lies within, the narrowest first."""
    found = []
    while place.within:
        found.append(place.within)
        place = PLACES[place.within]
    return found
