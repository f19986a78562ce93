"""Names of weapons, as tables of attacks on Ukraine write them, and the types that they mean.

A name may be of alternatives ("X-101/X-555": each may be either) or of several counted together ("C-400 and Iskander-M").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from onrecord.graph.importers.model import Record


@dataclass(frozen=True, slots=True)
class Weapons:
    """What a count counts, as slugs: `of` all these kinds together, `including` some of these, each one of `one_of`."""

    of: tuple[str, ...] = ()
    including: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()

    def types(self) -> tuple[str, ...]:
        """All types that it names."""
        return self.of + self.including + self.one_of

    def keys(self) -> dict[str, list[str]]:
        """The keys that say so of a count."""
        named = {"weapon": self.of, "weaponIncluding": self.including, "weaponOneOf": self.one_of}
        return {key: [f"weapon/{slug}" for slug in slugs] for key, slugs in named.items() if slugs}

    def text(self) -> str:
        """The types in words: "drones, Shahed attack drones among them"."""
        words = " and ".join(TYPES[slug][0] for slug in self.of) or " or ".join(
            TYPES[slug][0] for slug in self.one_of
        )
        return (
            f"{words} (with {' and '.join(TYPES[slug][0] for slug in self.including)})"
            if self.including
            else words
        )


TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "drone": ("Drone", "drone"),
    "shahed": ("Shahed attack drone", "drone"),
    "reconnaissance-drone": ("Reconnaissance drone", "drone"),
    "eleron": ("Eleron", "drone"),
    "forpost": ("Forpost", "drone"),
    "granat-4": ("Granat-4", "drone"),
    "kub": ("Kub", "drone"),
    "lancet": ("Lancet", "drone"),
    "merlin-vr": ("Merlin-VR", "drone"),
    "mohajer-6": ("Mohajer-6", "drone"),
    "molniya": ("Molniya", "drone"),
    "feniks": ("Feniks", "drone"),
    "kartograf": ("Kartograf", "drone"),
    "privet-82": ("Privet-82", "drone"),
    "orion": ("Orion", "drone"),
    "orlan-10": ("Orlan-10", "drone"),
    "orlan-30": ("Orlan-30", "drone"),
    "supercam": ("Supercam", "drone"),
    "zala": ("ZALA", "drone"),
    "missile": ("Missile", "missile"),
    "ballistic-missile": ("Ballistic missile", "ballistic"),
    "intercontinental-ballistic-missile": ("Intercontinental ballistic missile", "ballistic"),
    "iskander-m": ("Iskander-M", "ballistic"),
    "kn-23": ("KN-23", "ballistic"),
    "kh-47-kinzhal": ("Kh-47 Kinzhal", "aeroballistic"),
    "s-300": ("S-300", "missile"),
    "s-400": ("S-400", "missile"),
    "zircon": ("3M22 Zircon", "cruise"),
    "banderol": ("Banderol", "cruise"),
    "iskander-k": ("Iskander-K", "cruise"),
    "kalibr": ("Kalibr", "cruise"),
    "p-800-oniks": ("P-800 Oniks", "cruise"),
    "kh-22": ("Kh-22", "cruise"),
    "kh-31": ("Kh-31", "cruise"),
    "kh-31p": ("Kh-31P", "cruise"),
    "kh-31pd": ("Kh-31PD", "cruise"),
    "kh-32": ("Kh-32", "cruise"),
    "kh-35": ("Kh-35", "cruise"),
    "kh-59": ("Kh-59", "cruise"),
    "kh-59mk2": ("Kh-59MK2", "cruise"),
    "kh-69": ("Kh-69", "cruise"),
    "kh-101": ("Kh-101", "cruise"),
    "kh-555": ("Kh-555", "cruise"),
    "guided-bomb": ("Guided bomb", "bomb"),
    "aerial-bomb": ("Aerial bomb", "bomb"),
    "mig-31k": ("MiG-31K", "aircraft"),
    "su-30": ("Su-30", "aircraft"),
    "su-34": ("Su-34", "aircraft"),
    "su-35": ("Su-35", "aircraft"),
    "su-57": ("Su-57", "aircraft"),
    "tu-22": ("Tu-22", "aircraft"),
    "tu-22m3": ("Tu-22M3", "aircraft"),
    "tu-95": ("Tu-95", "aircraft"),
    "tu-95ms": ("Tu-95MS", "aircraft"),
    "tu-160": ("Tu-160", "aircraft"),
    "bastion-p": ("K-300P Bastion-P", "groundLauncher"),
}
"""The slug of each type -> its English name and its category."""

_NAMED: Final[Mapping[str, Weapons]] = {
    # Reports count decoys along with Shaheds, and the table has one name for both.
    "shahed-136/131": Weapons(of=("drone",), including=("shahed",)),
    "unknown uav": Weapons(of=("drone",)),
    "reconnaissance uav": Weapons(of=("reconnaissance-drone",)),
    "unknown missile": Weapons(of=("missile",)),
    "молнія": Weapons(of=("molniya",)),
    "фенікс": Weapons(of=("feniks",)),
    "картограф": Weapons(of=("kartograf",)),
    "привет-82": Weapons(of=("privet-82",)),
    "3m22 zircon": Weapons(of=("zircon",)),
    "gbu": Weapons(of=("guided-bomb",)),
    "c-300": Weapons(of=("s-300",)),
    "c-400": Weapons(of=("s-400",)),
    "x-47 kinzhal": Weapons(of=("kh-47-kinzhal",)),
    **{
        name.lower(): Weapons(of=(slug,))
        for slug, (name, category) in TYPES.items()
        if category not in ("aircraft", "groundLauncher")
    },
}
_CARRIERS: Final[Mapping[str, str]] = {
    name.lower(): slug
    for slug, (name, category) in TYPES.items()
    if category in ("aircraft", "groundLauncher")
}


def find(name: str) -> Weapons | None:
    """What a name in the table means; None where it is not known."""
    words = unicodedata.normalize("NFC", name).lower().split()
    groups = [_group(part) for part in " ".join(words).split(" and ")]
    known = [group for group in groups if group is not None]
    if not known or len(known) < len(groups):
        return None
    if len(known) == 1:
        return known[0]
    if any(group.one_of for group in known):
        # Some of the kinds are alternatives, so all that is sure of one that was counted is that it is one of them all.
        return Weapons(
            one_of=tuple(dict.fromkeys(slug for group in known for slug in group.of + group.one_of))
        )
    of = tuple(dict.fromkeys(slug for group in known for slug in group.of))
    return Weapons(of=of, including=tuple(slug for group in known for slug in group.including))


def _group(name: str) -> Weapons | None:
    """A name of one type, or of alternatives with a stroke between."""
    if name in _NAMED:
        return _NAMED[name]
    parts = [_NAMED.get(f"kh-{part[2:]}" if part.startswith("x-") else part) for part in name.split("/")]
    types = tuple(part.of[0] for part in parts if part is not None)
    if not types or len(types) < len(parts):
        return None
    return Weapons(of=types) if len(types) == 1 else Weapons(one_of=types)


def carrier(name: str) -> str | None:
    """The slug of a carrier such as "11 x Tu-95MS"; None where it is no type of carrier ("Navy", the name of a ship)."""
    return _CARRIERS.get(name.rpartition(" x ")[2].strip().lower())


def describe(record: Record, slugs: set[str]) -> None:
    """Describe types of weapons and carriers."""
    for slug in sorted(slugs):
        name, category = TYPES[slug]
        record.describe(f"weapon/{slug}", "WeaponType", label={"en": name}, category=category)
