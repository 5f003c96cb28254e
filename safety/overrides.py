"""When a human's decision sets a finding aside: which one exactly, who may, and until when (H29).

An override belongs to one alert: the same code about the same citizen, line and details. Whatever is found
differently, because the dosage, another line or a rule pack has changed, is another alert, and stands.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Final

from dispenser.core.ids import CitizenId
from dispenser.core.moment import Moment
from dispenser.core.plan import Ordination
from safety.batch_codes import TOO_MANY_AT_ONCE
from safety.findings import Code, Finding, Overriding, Severity

_ROLL: Final = re.compile(r"[0-9]{10}")
_MOVES: Final = frozenset({"pouch"})
"""Details that say where in a roll something was found: they change whenever the roll is planned anew."""
_DAILY: Final = frozenset({TOO_MANY_AT_ONCE.id})
"""Codes that find the same on every date of a roll, so that one decision is asked for, not one for each date."""
_DECIDABLE: Final = frozenset({Severity.PARK, Severity.HOLD})


@dataclass(frozen=True, slots=True)
class Signature:
    """Who, and when in civil time."""

    who: str
    at: Moment


@dataclass(frozen=True, slots=True)
class Override:
    """A decision on one alert: signed by `first`, counted to the end of the civil date `expires`.

    `key` is the alert's (`alert_key`), `number` counts the overrides of one alert from 1. `second` is the other
    person's signature where two must agree; `revoked` ends it early.
    """

    key: str
    number: int
    code_id: str
    citizen_id: CitizenId
    reason: str
    first: Signature
    expires: date
    second: Signature | None = None
    revoked: Signature | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """Findings that stand, and those that an override in force sets aside; each in the order of the findings."""

    standing: tuple[Finding, ...]
    overridden: tuple[tuple[Finding, Override], ...]

    def override_of(self, finding: Finding) -> Override | None:
        """Return what sets `finding` aside, or None when it stands."""
        return next((override for other, override in self.overridden if other == finding), None)


def alert_key(finding: Finding, about: CitizenId, line: Ordination | None = None) -> str:
    """Return the name (SHA-256, 64 hex digits) of what was found about a citizen, the same whenever it is found again.

    With the `line` that it concerns, everything of that line is part of the name. The number of a roll or pouch is
    not: planning anew changes nothing about what is found. Nor is the date of an intake that is too large on each, nor
    the place in a message of what was read in a line: another line before it moves that, and changes nothing.
    """
    left_out = _MOVES | {"date"} if finding.code.id in _DAILY else _MOVES
    details = sorted((name, value) for name, value in finding.details if name not in left_out)
    is_roll = _ROLL.fullmatch(finding.subject) is not None and _is_batch(finding.code)
    subject = "" if line is None and (is_roll or line_named(finding)) else finding.subject
    document = [finding.code.id, about, subject, details, _plain(line)]
    return hashlib.sha256(json.dumps(document, ensure_ascii=False).encode()).hexdigest()


def line_named(finding: Finding) -> str:
    """Return the line that the details name together with the digest of all its words, else an empty text.

    The subject of such a finding is a place in the message.
    """
    details = dict(finding.details)
    return details.get("ordination", "") if "line" in details else ""


def may_be_overridden(code: Code) -> bool:
    """Return whether anybody may set a finding of `code` aside; a refusal, never."""
    return code.overriding is not Overriding.NEVER and code.severity in _DECIDABLE


def is_in_force(override: Override, code: Code, day: date) -> bool:
    """Return whether `override` sets a finding of `code` aside on the civil date `day`: signed, not over, not revoked.

    Where two must sign, it counts from the day of the second.
    """
    if override.code_id != code.id or not may_be_overridden(code) or override.revoked is not None:
        return False
    signed = override.second if code.overriding is Overriding.TWO_PERSONS else override.first
    return signed is not None and signed.at.day <= day <= override.expires


def decide(
    findings: Iterable[Finding],
    overrides: Iterable[Override],
    about: CitizenId,
    day: date,
    lines: Iterable[Ordination] = (),
) -> Decided:
    """Return which of a citizen's findings stand on the civil date `day`.

    A finding whose subject is one of the citizen's `lines` is bound to that line as it is now; give the same lines
    wherever the finding is judged.
    """
    standing: list[Finding] = []
    overridden: list[tuple[Finding, Override]] = []
    of_citizen = [override for override in overrides if override.citizen_id == about]
    by_name = {str(line.ordination_id): line for line in lines}
    for finding in findings:
        override = _in_force(finding, of_citizen, about, day, by_name.get(finding.subject))
        if override is None:
            standing.append(finding)
        else:
            overridden.append((finding, override))
    return Decided(tuple(standing), tuple(overridden))


def _in_force(
    finding: Finding, overrides: Sequence[Override], about: CitizenId, day: date, line: Ordination | None
) -> Override | None:
    fitting = [override for override in overrides if is_in_force(override, finding.code, day)]
    if not fitting:
        return None
    key = alert_key(finding, about, line)
    return next((override for override in fitting if override.key == key), None)


def _is_batch(code: Code) -> bool:
    return code.id.startswith("DOSE-02")


def _plain(value: object) -> object:
    """Return a line as JSON can say it; equal lines give equal text, however their numbers were written."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return [type(value).__name__, *(_plain(getattr(value, field.name)) for field in fields(value))]
    return value


def _number(value: Decimal) -> list[object]:
    """Return sign, digits without zeros at their end, and exponent: exact, and total for what no dose can be."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return [str(value)]
    written = "".join(map(str, digits))
    told = written.rstrip("0")
    return [sign, told, exponent + len(written) - len(told)] if told else [0]
