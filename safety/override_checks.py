"""Who may override what, for how long, and in which words; whoever asks is told everything that is missing (R18)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from safety import override_codes
from safety.findings import Code, Finding, Overriding, found
from safety.overrides import Override, may_be_overridden
from safety.slot_checks import same_name

SHORTEST_REASON: Final = 10
"""Letters and digits of a reason: `ok` is none."""
LONGEST_NAME: Final = 80
LONGEST_DAYS: Final = 92
"""Days from today to the last day of an override: a quarter, then somebody looks again."""


class Role(Enum):
    """What a person of the pharmacy is."""

    PHARMACIST = "pharmacist"
    TECHNICIAN = "technician"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is on the list of staff now."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Wish:
    """An override as it is asked for; `expires` is the last civil date, None when nobody said one."""

    who: str
    reason: str
    expires: date | None


def check_override(
    code: Code, wish: Wish, staff: Collection[Member], today: date, known: Iterable[Override] = ()
) -> tuple[Finding, ...]:
    """Return everything that keeps a finding of `code` from being overridden as wished; `known` are its overrides."""
    findings: list[Finding] = []
    if not may_be_overridden(code):
        findings.append(found(override_codes.NEVER_OVERRIDDEN, "code", of=code.id))
    findings.extend(check_reason(wish.reason))
    findings.extend(_person(wish.who, staff))
    if code.overriding is Overriding.PHARMACIST and is_staff(wish.who, staff):
        findings.extend(_pharmacist(wish.who, staff))
    findings.extend(_expiry(wish.expires, today))
    for override in known:
        if override.revoked is None and today <= override.expires:
            details = {"who": override.first.who, "expires": override.expires}
            findings.append(found(override_codes.OVERRIDDEN_ALREADY, "key", **details))
    return tuple(findings)


def check_second(
    code: Code, override: Override, who: str, staff: Collection[Member], today: date
) -> tuple[Finding, ...]:
    """Return everything that keeps `who` from being the second under `override`: one of the two is a pharmacist."""
    findings: list[Finding] = list(_person(who, staff))
    if same_name(who, override.first.who):
        findings.append(found(override_codes.SAME_PERSON, "who", who=who))
    if is_staff(who, staff) and not is_pharmacist(override.first.who, staff):
        findings.extend(_pharmacist(who, staff))
    if code.overriding is not Overriding.TWO_PERSONS:
        findings.append(found(override_codes.NO_SECOND_NEEDED, "key"))
    if override.second is not None:
        findings.append(found(override_codes.SECOND_SIGNED_ALREADY, "key", who=override.second.who))
    return (*findings, *_ended(override, today))


def check_revocation(override: Override, who: str, reason: str, staff: Collection[Member]) -> tuple[Finding, ...]:
    """Return everything that keeps `who` from taking `override` back; anybody of the staff may, with a reason."""
    findings = [*check_reason(reason), *_person(who, staff)]
    if override.revoked is not None:
        findings.append(found(override_codes.REVOKED_ALREADY, "key", who=override.revoked.who))
    return tuple(findings)


def check_addition(name: str, who: str, staff: Collection[Member]) -> tuple[Finding, ...]:
    """Return why `who` must not put `name` on the list of staff: a pharmacist may, and anybody while there is none."""
    findings: list[Finding] = []
    if not is_name(name):
        findings.append(found(override_codes.NO_NAME, "name", most=LONGEST_NAME))
    if is_staff(name, staff):
        findings.append(found(override_codes.ON_STAFF_ALREADY, "name", who=name))
    return (*findings, *_keeper(who, staff))


def check_removal(name: str, who: str, staff: Collection[Member]) -> tuple[Finding, ...]:
    """Return why `who` must not take `name` off the list of staff."""
    findings: list[Finding] = []
    if not is_staff(name, staff):
        findings.append(found(override_codes.NOT_ON_STAFF, "name", who=name))
    return (*findings, *_keeper(who, staff))


def check_pharmacist(who: str, staff: Collection[Member]) -> tuple[Finding, ...]:
    """Return why `who` must not answer for something as a pharmacist; nothing while the list has none."""
    return tuple(_keeper(who, staff)) if any(member.role is Role.PHARMACIST for member in staff) else ()


def check_reason(reason: str) -> tuple[Finding, ...]:
    """Return what is wrong with a reason: fewer than `SHORTEST_REASON` letters and digits say nothing."""
    if sum(sign.isalnum() for sign in reason) < SHORTEST_REASON:
        return (found(override_codes.REASON_MISSING, "reason", least=SHORTEST_REASON),)
    return ()


def is_name(name: str) -> bool:
    """Return whether a person can be called that: something, on one line, and short enough for a page."""
    return bool(name.strip()) and len(name) <= LONGEST_NAME and name.isprintable()


def is_staff(name: str, staff: Iterable[Member]) -> bool:
    """Return whether somebody on the list of staff is called `name`."""
    return any(same_name(member.name, name) for member in staff)


def is_pharmacist(name: str, staff: Iterable[Member]) -> bool:
    """Return whether a pharmacist on the list of staff is called `name`."""
    return any(same_name(member.name, name) and member.role is Role.PHARMACIST for member in staff)


def _person(who: str, staff: Collection[Member]) -> Iterator[Finding]:
    if not is_name(who):
        yield found(override_codes.NO_NAME, "who", most=LONGEST_NAME)
    elif not is_staff(who, staff):
        yield found(override_codes.NOT_ON_STAFF, "who", who=who)


def _pharmacist(who: str, staff: Collection[Member]) -> Iterator[Finding]:
    if not is_pharmacist(who, staff):
        yield found(override_codes.NO_PHARMACIST, "who", who=who)


def _keeper(who: str, staff: Collection[Member]) -> Iterator[Finding]:
    """The list says who may override: while it has a pharmacist, nobody else writes in it."""
    if not any(member.role is Role.PHARMACIST for member in staff):
        if not is_name(who):
            yield found(override_codes.NO_NAME, "who", most=LONGEST_NAME)
        return
    unlisted = tuple(_person(who, staff))
    yield from unlisted or _pharmacist(who, staff)


def _expiry(expires: date | None, today: date) -> Iterator[Finding]:
    if expires is None:
        yield found(override_codes.EXPIRY_MISSING, "expires")
    elif expires < today:
        yield found(override_codes.EXPIRY_PAST, "expires", expires=expires)
    elif (expires - today).days > LONGEST_DAYS:
        yield found(override_codes.EXPIRY_TOO_FAR, "expires", expires=expires, most=LONGEST_DAYS)


def _ended(override: Override, today: date) -> Iterator[Finding]:
    if override.revoked is not None:
        yield found(override_codes.REVOKED_ALREADY, "key", who=override.revoked.who)
    if override.expires < today:
        yield found(override_codes.OVER_ALREADY, "key", expires=override.expires)
