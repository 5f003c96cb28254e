"""Read the lines of a printed label back as somebody reads them who has nothing but the label (C16).

Written without the code that makes labels, and strict: a line that is not understood makes the label unreadable.
What must be on it: BEK 827/2024 § 109.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from dispenser.core.dosage import ClockTime, PartOfDay, Slot

_WEEKDAYS: Final = {"Mandag": 0, "Tirsdag": 1, "Onsdag": 2, "Torsdag": 3, "Fredag": 4, "Lørdag": 5, "Søndag": 6}
_NAMED: Final = {
    "Morgen": PartOfDay.MORNING,
    "Middag": PartOfDay.NOON,
    "Aften": PartOfDay.EVENING,
    "Nat": PartOfDay.NIGHT,
}
_QUARTERS: Final = {"": 0, ",25": 1, ",5": 2, ",75": 3}
_ACUTE: Final = re.compile(r"Akut [a-zæøå ]+")
_DATE: Final = r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})"
_AMOUNT: Final = r"(0|[1-9][0-9]{0,3})(,25|,5|,75)?"
_DAY_LINE: Final = re.compile(rf"(\w+) {_DATE} (.+)")
_TIME: Final = re.compile(r"(?:(\w+) )?kl\. ([0-9]{2}):([0-9]{2})")
_MEDICINE: Final = re.compile(rf"{_AMOUNT} (.+)")
_TOTAL: Final = re.compile(rf"I alt {_AMOUNT} stk\.")
_PART: Final = re.compile(r"Del ([0-9]{1,3}) af ([0-9]{1,3})")
_NUMBER: Final = re.compile(r"nr\. ([0-9]{1,4}) af ([0-9]{1,4}), rulle (\S+)")
_PACKED: Final = re.compile(rf"(.+), pakket {_DATE}")
_PERIOD: Final = re.compile(rf"Periode {_DATE} - {_DATE}")
_POUCHES: Final = re.compile(r"I alt ([0-9]{1,4}) poser, rulle (\S+)")
_USE_BY: Final = re.compile(rf"Må ikke bruges efter {_DATE}")
_PHONE: Final = re.compile(r"(.+), tlf\. (.+)")
_PACKED_ON: Final = re.compile(rf"Pakket {_DATE}")
_RELATED: Final = re.compile(r"(?:Erstatter|Supplerer) .*\b(?:rulle|ruller)\b.*")
_CIVIL: Final = "CPR "
_POUCH_LINES: Final = 6
"""Name, number, time, total, number in the roll, pharmacy: no pouch says less."""
_HEADER_LINES: Final = 8


class LabelUnreadableError(ValueError):
    """A label does not say what a label must say; `line` is the one that is not understood."""

    def __init__(self, line: str) -> None:
        """Keep the line."""
        super().__init__(f"not understood: {line!r}")
        self.line = line


@dataclass(frozen=True, slots=True)
class ReadAmount:
    """A medicine's line: quarters of a unit, and the words after the number (`tabletter Pamol 500 mg`)."""

    quarters: int
    words: str


@dataclass(frozen=True, slots=True)
class ReadTime:
    """A time of day: the slot, and the clock that is printed with it."""

    slot: Slot
    clock: ClockTime


@dataclass(frozen=True, slots=True)
class ReadPouch:
    """What the label of a pouch says; `part` of `parts` is 1 of 1 where nothing is said."""

    name: str
    civil_number: str
    day: date
    time: ReadTime
    instruction: str
    medicines: tuple[ReadAmount, ...]
    total: int
    """Quarters."""
    part: int
    parts: int
    number: int
    pouches: int
    roll: str
    pharmacy: str
    packed_on: date


@dataclass(frozen=True, slots=True)
class ReadHeader:
    """What the label of a roll's header pouch says; `medicines` are its lines, one or several products on each."""

    name: str
    civil_number: str
    first: date
    last: date
    times: tuple[ReadTime, ...]
    acute: str
    related: str
    medicines: tuple[str, ...]
    pouches: int
    roll: str
    use_by: date
    pharmacy: str
    phone: str
    packed_on: date


def spaced(text: str) -> str:
    """Return `text` composed (NFC) and with single spaces, as two texts are compared that people read as the same."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_pouch(lines: Sequence[str], instruction: str) -> ReadPouch:
    """Return what the label of a pouch says.

    `instruction` is the one that the pouch must have, if any: a line of just these words after the time is it. Any
    other words there are no medicine's line, and nothing else is understood.

    Raises:
        LabelUnreadableError: a line is missing, or is not what stands in its place.
    """
    if len(lines) < _POUCH_LINES:
        raise LabelUnreadableError(" / ".join(lines))
    pharmacy, *packed_on = _groups(_PACKED, lines[-1])
    number, pouches, roll = read_place(lines[-2])
    end = len(lines) - 3
    part = parts = 1
    marked = _PART.fullmatch(lines[end])
    if marked is not None:
        part, parts = int(marked[1]), int(marked[2])
        end -= 1
    total = _quarters(*_groups(_TOTAL, lines[end]))
    start = 3
    said = ""
    if instruction and spaced(lines[start]) == spaced(instruction):
        said = instruction
        start += 1
    day, time = read_when(lines[2])
    return ReadPouch(
        name=_words(lines[0], lines[0]),
        civil_number=_civil_number(lines[1]),
        day=day,
        time=time,
        instruction=said,
        medicines=tuple(_medicine(line) for line in lines[start:end]),
        total=total,
        part=part,
        parts=parts,
        number=number,
        pouches=pouches,
        roll=roll,
        pharmacy=pharmacy,
        packed_on=_date(lines[-1], *packed_on),
    )


@lru_cache(maxsize=4_096)
def read_when(line: str) -> tuple[date, ReadTime]:
    """Return date and time of a pouch as its label's line of both says them (`Mandag 22.03.2027 Morgen kl. 08:00`).

    Raises:
        LabelUnreadableError: it is no such line, or the weekday is another's.
    """
    weekday, day, month, year, time = _groups(_DAY_LINE, line)
    at = _date(line, day, month, year)
    # Whoever gives the medicine looks at the weekday first: a wrong one is a wrong day.
    if _WEEKDAYS.get(weekday) != at.weekday():
        raise LabelUnreadableError(line)
    return at, _time(time, line)


def read_place(line: str) -> tuple[int, int, str]:
    """Return number in the roll, pouches in the roll, and roll, as a pouch's line of these says them.

    Raises:
        LabelUnreadableError: it is no such line.
    """
    number, pouches, roll = _groups(_NUMBER, line)
    return int(number), int(pouches), roll


def read_header(lines: Sequence[str]) -> ReadHeader:
    """Return what the label of a roll's header pouch says.

    Raises:
        LabelUnreadableError: a line is missing, or is not what stands in its place.
    """
    if len(lines) < _HEADER_LINES:
        raise LabelUnreadableError(" / ".join(lines))
    middle = list(lines[4:-4])
    acute = middle.pop(0) if middle and _ACUTE.fullmatch(middle[0]) else ""
    related = middle.pop(0) if middle and _RELATED.fullmatch(middle[0]) else ""
    period = _groups(_PERIOD, lines[2])
    pouches, roll = _groups(_POUCHES, lines[-4])
    pharmacy, phone = _groups(_PHONE, lines[-2])
    return ReadHeader(
        name=_words(lines[0], lines[0]),
        civil_number=_civil_number(lines[1]),
        first=_date(lines[2], *period[:3]),
        last=_date(lines[2], *period[3:]),
        times=tuple(_time(time, lines[3]) for time in lines[3].split(", ")),
        acute=acute,
        related=related,
        medicines=tuple(_words(line, line) for line in middle),
        pouches=int(pouches),
        roll=roll,
        use_by=_date(lines[-3], *_groups(_USE_BY, lines[-3])),
        pharmacy=pharmacy,
        phone=phone,
        packed_on=_date(lines[-1], *_groups(_PACKED_ON, lines[-1])),
    )


def _groups(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    match = pattern.fullmatch(line)
    if match is None:
        raise LabelUnreadableError(line)
    return tuple(group or "" for group in match.groups())


def _words(text: str, line: str) -> str:
    if not text.strip():
        raise LabelUnreadableError(line)
    return text


def _civil_number(line: str) -> str:
    if not line.startswith(_CIVIL):
        raise LabelUnreadableError(line)
    return _words(line.removeprefix(_CIVIL), line)


def _date(line: str, day: str, month: str, year: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise LabelUnreadableError(line) from None


def _time(text: str, line: str) -> ReadTime:
    match = _TIME.fullmatch(text)
    if match is None:
        raise LabelUnreadableError(line)
    try:
        clock = ClockTime(int(match[2]), int(match[3]))
    except ValueError:
        raise LabelUnreadableError(line) from None
    if match[1] is None:
        return ReadTime(clock, clock)
    if match[1] not in _NAMED:
        raise LabelUnreadableError(line)
    return ReadTime(_NAMED[match[1]], clock)


def _medicine(line: str) -> ReadAmount:
    units, fraction, words = _groups(_MEDICINE, line)
    return ReadAmount(_quarters(units, fraction), _words(words, line))


def _quarters(units: str, fraction: str) -> int:
    return int(units) * 4 + _QUARTERS[fraction]
