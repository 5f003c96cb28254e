"""Whether a slot table may be used: every dose has a slot of its own, in the order of the day, and two people agree."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from unicodedata import category, normalize

from dispenser.core.dosage import ClockTime, PartOfDay, Slot
from dispenser.core.limits import MOST_DOSES_A_DAY
from dispenser.core.slots import slot_word
from safety import slot_codes
from safety.findings import Finding, found

COUNTS_NEEDED = (1, 2, 3, 4)
"""Plain doses a day that every table must have slots for; others it may leave to a human."""


def check_slots(times: Mapping[PartOfDay, ClockTime], plain: Mapping[int, tuple[Slot, ...]]) -> tuple[Finding, ...]:
    """Return everything that is wrong with the times of named slots and the slots of n plain doses a day (C23)."""
    return (*_times(times), *_counts(plain), *_places(times, plain))


def check_signature(author: str, who: str, signed_by: str | None, valid_from: date, today: date) -> tuple[Finding, ...]:
    """Return why `who` must not sign today what `author` made (R14); `signed_by` is who has signed it already.

    What was in force on a day that is over stays what it was, so a table from an earlier day is too late (C18).
    """
    findings: list[Finding] = []
    if not who.strip():
        findings.append(found(slot_codes.NO_NAME, "who"))
    elif same_name(author, who):
        findings.append(found(slot_codes.OWN_SIGNATURE, "who", who=who))
    if signed_by is not None:
        findings.append(found(slot_codes.SIGNED_ALREADY, "version", who=signed_by))
    return (*findings, *check_start(valid_from, today))


def check_start(valid_from: date, today: date) -> tuple[Finding, ...]:
    """Return why a table cannot hold from `valid_from` on."""
    if valid_from < today:
        return (found(slot_codes.TOO_LATE, "valid_from", valid_from=valid_from, today=today),)
    return ()


def same_name(one: str, other: str) -> bool:
    """Return whether two names are one person's, however they are spaced, capitalised and put together from signs."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """Return a name without what nobody sees: an a with a ring is one sign or two, and some signs have no width."""
    seen = "".join(sign for sign in normalize("NFKC", name) if category(sign) != "Cf")
    return normalize("NFKC", " ".join(seen.split()).casefold())


def _times(times: Mapping[PartOfDay, ClockTime]) -> Iterator[Finding]:
    for slot in PartOfDay:
        if slot not in times:
            yield found(slot_codes.TIME_MISSING, f"times.{slot.value}", slot=slot.value)
    for earlier, later in pairwise(slot for slot in PartOfDay if slot in times):
        if times[later] <= times[earlier]:
            details = {"earlier": earlier.value, "before": times[earlier], "later": later.value, "at": times[later]}
            yield found(slot_codes.TIMES_OUT_OF_ORDER, f"times.{later.value}", **details)


def _counts(plain: Mapping[int, tuple[Slot, ...]]) -> Iterator[Finding]:
    for count in COUNTS_NEEDED:
        if count not in plain:
            yield found(slot_codes.COUNT_MISSING, f"plain.{count}", count=count)
    for count, slots in sorted(plain.items()):
        if not 1 <= count <= MOST_DOSES_A_DAY:
            yield found(slot_codes.COUNT_IMPOSSIBLE, f"plain.{count}", count=count, limit=MOST_DOSES_A_DAY)
        elif len(slots) != count:
            yield found(slot_codes.SLOTS_MISCOUNTED, f"plain.{count}", count=count, slots=len(slots))


def _places(times: Mapping[PartOfDay, ClockTime], plain: Mapping[int, tuple[Slot, ...]]) -> Iterator[Finding]:
    for count, slots in sorted(plain.items()):
        # A named slot without a time is a finding of its own.
        placed = [
            (slot, times[slot] if isinstance(slot, PartOfDay) else slot)
            for slot in slots
            if slot in times or isinstance(slot, ClockTime)
        ]
        for (earlier, before), (later, at) in pairwise(placed):
            if at <= before:
                details = {"count": count, "earlier": slot_word(earlier), "later": slot_word(later)}
                yield found(slot_codes.SLOTS_OUT_OF_ORDER, f"plain.{count}", **details)
