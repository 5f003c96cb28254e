"""A slot table as people write it, a TOML file; read whole, every problem named."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from dispenser.core.dosage import ClockTime, PartOfDay, Slot
from dispenser.core.ids import GroupId
from dispenser.core.slots import SlotTable, slot_of
from dispenser.store.records import SlotTableDraft
from safety import slot_codes
from safety.findings import Finding, found
from safety.slot_checks import check_slots

_KEYS = ("valid_from", "reason", "group", "times", "plain")
_NAMES = tuple(slot.value for slot in PartOfDay)


class SlotTableError(Exception):
    """A slot table or a signature that is refused, for all of `findings`."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep all `findings`; at least one."""
        self.findings = tuple(findings)
        super().__init__("\n".join(f"{one.code.id} {one.text('en')} {one.fix('en')}" for one in self.findings))


def read_slot_file(text: str) -> SlotTableDraft:
    """Return the table that `text` proposes.

    Raises:
        SlotTableError: not TOML, a key that does not exist, a value that cannot be read, or an unsound table (C23).
    """
    try:
        document: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SlotTableError([found(slot_codes.NOT_TOML, "file", why=error)]) from error
    reader = _Reader()
    reader.known(document, _KEYS, "")
    valid_from = reader.date(document.get("valid_from"), "valid_from")
    reason = reader.text(document.get("reason"), "reason")
    group = reader.text(document["group"], "group") if "group" in document else None
    times = reader.times(reader.table(document.get("times"), "times"))
    plain = reader.plain(reader.table(document.get("plain"), "plain"))
    if not reader.findings:
        # What could not be read would only be missed once more here.
        reader.findings.extend(check_slots(times, plain))
    if reader.findings:
        raise SlotTableError(reader.findings)
    table = SlotTable(version="", signed_by="", times=times, plain=plain)
    return SlotTableDraft(None if group is None else GroupId(group), valid_from, reason, table)


class _Reader:
    """Reads values and keeps what is wrong with them; what it gives for a bad one is used for nothing."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def known(self, table: Mapping[str, object], keys: Iterable[str], place: str) -> None:
        for key in sorted(table.keys() - set(keys)):
            self.findings.append(found(slot_codes.UNKNOWN_KEY, place + key, key=place + key, known=", ".join(keys)))

    def bad(self, value: object, place: str) -> None:
        self.findings.append(found(slot_codes.BAD_VALUE, place, key=place, value="-" if value is None else value))

    def date(self, value: object, place: str) -> date:
        # In Python, a point in time is a date too.
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self.bad(value, place)
        return date.max

    def text(self, value: object, place: str) -> str:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.bad(value, place)
        return ""

    def table(self, value: object, place: str) -> Mapping[str, object]:
        if isinstance(value, dict):
            return {str(key): entry for key, entry in value.items()}
        self.bad(value, place)
        return {}

    def times(self, table: Mapping[str, object]) -> dict[PartOfDay, ClockTime]:
        self.known(table, _NAMES, "times.")
        times: dict[PartOfDay, ClockTime] = {}
        for slot in PartOfDay:
            if slot.value in table:
                clock = self._slot(table[slot.value], f"times.{slot.value}")
                if isinstance(clock, ClockTime):
                    times[slot] = clock
                elif clock is not None:
                    self.bad(clock.value, f"times.{slot.value}")
        return times

    def plain(self, table: Mapping[str, object]) -> dict[int, tuple[Slot, ...]]:
        plain: dict[int, tuple[Slot, ...]] = {}
        for key, value in table.items():
            place = f"plain.{key}"
            if not (key.isascii() and key.isdecimal() and len(key) < 4 and isinstance(value, list)):  # noqa: PLR2004 - digits
                self.bad(value, place)
                continue
            slots = [self._slot(word, place) for word in value]
            if int(key) in plain:
                self.bad(value, place)
            plain[int(key)] = tuple(slot for slot in slots if slot is not None)
        return plain

    def _slot(self, word: object, place: str) -> Slot | None:
        try:
            if isinstance(word, str):
                return slot_of(word)
        except ValueError:
            pass
        self.bad(word, place)
        return None
