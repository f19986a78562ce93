"""Whose posts the table's sources are: the accounts of Ukraine's Air Force, of its commands, and of the General Staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class UserAccount:
    """Whose posts an account has: the actor, its class, its English name, what it is a unit of, and the platform."""

    actor: str
    kind: str
    label: str
    unit_of: str
    platform: str
    address: str


def _facebook(
    page: str, actor: str, label: str, unit_of: str, kind: str = "ArmedForce"
) -> tuple[str, UserAccount]:
    return f"{page.lower()}/", UserAccount(
        actor, kind, label, unit_of, "facebook", "https://www.facebook.com/"
    )


AIR_FORCE: Final = ("actor/ukrainian-air-force", "Ukrainian Air Force", "actor/ukraine")
ACCOUNTS: Final[Mapping[str, UserAccount]] = dict(
    (
        _facebook("kpszsu", *AIR_FORCE),
        ("https://t.me/kpszsu/", UserAccount(AIR_FORCE[0], "ArmedForce", *AIR_FORCE[1:], "telegram", "")),
        _facebook("PvKPivden", "actor/air-command-south", "Air Command South", AIR_FORCE[0]),
        _facebook("pvkshid", "actor/air-command-east", "Air Command East", AIR_FORCE[0]),
        _facebook("PvkZahid", "actor/air-command-west", "Air Command West", AIR_FORCE[0]),
        _facebook("PvkCenter", "actor/air-command-centre", "Air Command Centre", AIR_FORCE[0]),
        _facebook("GeneralStaff.ua", "actor/ukrainian-general-staff", "General Staff of the Armed Forces of Ukraine", "actor/ukraine"),
    )
)  # fmt: skip
"""How the addresses in the column `source` begin -> the account. Of others the table names no speaker."""


def find(source: str) -> UserAccount | None:
    """The account that a source is a post of; None where the address names none that is known."""
    return next((account for start, account in ACCOUNTS.items() if source.lower().startswith(start)), None)
