"""Faults in one line of a label: a digit, a comma, a letter or the whole line is lost or another one."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final, TypeAlias

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.handles import some_order, with_pouch_order
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.world import World
from dispenser.core.roll import HEADER_NUMBER
from hal.orders import PouchOrder

Match: TypeAlias = "re.Match[str]"
Rewritten: TypeAlias = Callable[[Chance, Match], str]
_NAME: Final = r"^.+$"
_CIVIL: Final = r"^CPR (\d{6}-\d{4})$"
_WHEN: Final = r"^(\w+) (\d\d\.\d\d\.\d{4}) (.+)$"
_MEDICINE: Final = r"^(\d+)(,\d+)? (tablet|tabletter|kapsel|kapsler) (.+)$"
_TOTAL: Final = r"^I alt (\d+)(,\d+)? stk\.$"
_PART: Final = r"^Del (\d) af (\d)$"
_NUMBER: Final = r"^nr\. (\d+) af (\d+), rulle (\d+)$"
_PACKED: Final = r"^(.+), pakket (\d\d\.\d\d\.\d{4})$"
_WEEKDAYS: Final = ("Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag", "Lørdag", "Søndag")


def _is_pouch(pouch: PouchOrder) -> bool:
    return pouch.number != HEADER_NUMBER


def _is_header(pouch: PouchOrder) -> bool:
    return pouch.number == HEADER_NUMBER


def _rewritten(
    pattern: str, rewrite: Rewritten, fits: Callable[[PouchOrder], bool], chance: Chance, world: World
) -> Fault | None:
    """Write a line of one label anew; None where that gives the line that was there."""
    found = some_order(
        chance, world, lambda pouch: fits(pouch) and any(re.match(pattern, line) for line in pouch.lines)
    )
    if found is None:
        return None
    packed, pouch = found
    place = pick(chance, [place for place, line in enumerate(pouch.lines) if re.match(pattern, line)])
    match = re.match(pattern, pouch.lines[place])
    now = rewrite(chance, match) if match else ""
    if not now or now == pouch.lines[place]:
        return None
    lines = (*pouch.lines[:place], now, *pouch.lines[place + 1 :])
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=lines))


def _line_lost(pattern: str, fits: Callable[[PouchOrder], bool], chance: Chance, world: World) -> Fault | None:
    found = some_order(
        chance, world, lambda pouch: fits(pouch) and any(re.match(pattern, line) for line in pouch.lines)
    )
    if found is None:
        return None
    packed, pouch = found
    place = pick(chance, [place for place, line in enumerate(pouch.lines) if re.match(pattern, line)])
    lines = (*pouch.lines[:place], *pouch.lines[place + 1 :])
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=lines))


def _medicine_twice(chance: Chance, world: World) -> Fault | None:
    found = some_order(chance, world, _is_pouch)
    if found is None:
        return None
    packed, pouch = found
    place = pick(chance, [place for place, line in enumerate(pouch.lines) if re.match(_MEDICINE, line)])
    lines = (*pouch.lines[: place + 1], *pouch.lines[place:])
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=lines))


def _letter(chance: Chance, match: Match) -> str:
    name = match[0]
    place = pick(chance, [place for place, letter in enumerate(name) if letter.isalpha()])
    return f"{name[:place]}{'x' if name[place] != 'x' else 'y'}{name[place + 1 :]}"


def _plain_letter(_: Chance, match: Match) -> str:
    return match[0].translate(str.maketrans("ÅåØøÆæ", "AaOoEe"))


def _last_word_lost(_: Chance, match: Match) -> str:
    return match[0].rpartition(" ")[0]


def _digits_swapped(chance: Chance, match: Match) -> str:
    text = match[0]
    places = [place for place in range(len(text) - 1) if text[place : place + 2].isdigit()]
    place = pick(chance, places)
    return f"{text[:place]}{text[place + 1]}{text[place]}{text[place + 2 :]}"


def _strength_clipped(_: Chance, match: Match) -> str:
    """`150 mg` becomes `50 mg`."""
    return re.sub(r" \d([\d,]+ mg)", r" \1", match[0])


def _comma_of_strength_lost(_: Chance, match: Match) -> str:
    return re.sub(r"(\d),(\d+ mg)", r"\1\2", match[0])


def _comma_of_amount_lost(_: Chance, match: Match) -> str:
    return f"{match[1]}{(match[2] or '').removeprefix(',')} {match[3]} {match[4]}"


def _other_amount(chance: Chance, match: Match) -> str:
    return f"{int(match[1]) + chance.randint(1, 3)}{match[2] or ''} {match[3]} {match[4]}"


def _other_medicine(chance: Chance, match: Match) -> str:
    others = ("Kodimagnyl 500 mg", "Betanil 500 mg", "Gammapin 10 mg depot", "Etasol 10 mg")
    return f"{match[1]}{match[2] or ''} {match[3]} {pick(chance, others)}"


def _depot_lost(_: Chance, match: Match) -> str:
    return match[0].removesuffix(" depot")


def _other_total(chance: Chance, match: Match) -> str:
    return f"I alt {int(match[1]) + pick(chance, (1, 2, 10))}{match[2] or ''} stk."


def _other_date(chance: Chance, match: Match) -> str:
    """Another date with its own weekday."""
    day = date(*map(int, reversed(match[2].split(".")))) + timedelta(days=pick(chance, (-1, 1, 7)))
    return f"{_WEEKDAYS[day.weekday()]} {day:%d.%m.%Y} {match[3]}"


def _other_weekday(chance: Chance, match: Match) -> str:
    return f"{pick(chance, [day for day in _WEEKDAYS if day != match[1]])} {match[2]} {match[3]}"


def _other_time(chance: Chance, match: Match) -> str:
    times = ("Morgen kl. 08:00", "Middag kl. 12:00", "Aften kl. 18:00", "Nat kl. 22:00", "kl. 04:05")
    return f"{match[1]} {match[2]} {pick(chance, times)}"


def _other_clock(_: Chance, match: Match) -> str:
    return re.sub(r"kl\. \d\d", "kl. 05", match[0])


def _other_part(_: Chance, match: Match) -> str:
    return f"Del {int(match[1]) % int(match[2]) + 1} af {match[2]}"


def _other_number(_: Chance, match: Match) -> str:
    return f"nr. {int(match[1]) + 1} af {match[2]}, rulle {match[3]}"


def _other_count(_: Chance, match: Match) -> str:
    return f"nr. {match[1]} af {int(match[2]) + 1}, rulle {match[3]}"


def _other_roll(_: Chance, match: Match) -> str:
    return f"nr. {match[1]} af {match[2]}, rulle {int(match[3]) + 1:010d}"


def _packed_elsewhen(_: Chance, match: Match) -> str:
    return f"{match[1]}, pakket 01.01.2020"


def _other_period(_: Chance, match: Match) -> str:
    return re.sub(r"\d\d(\.\d\d\.\d{4})$", r"31\1", match[0])


def _other_pouches(chance: Chance, match: Match) -> str:
    return f"I alt {int(match[1]) + pick(chance, (-1, 1))}{match[2]}"


def _later(_: Chance, match: Match) -> str:
    return f"{match[1][:-4]}{int(match[1][-4:]) + 1}"


def _name(rewrite: Rewritten, chance: Chance, world: World) -> Fault | None:
    """Write the name, the first line of every label, anew."""
    found = some_order(chance, world)
    if found is None:
        return None
    packed, pouch = found
    match = re.match(_NAME, pouch.lines[0])
    now = rewrite(chance, match) if match else ""
    if not now or now == pouch.lines[0]:
        return None
    return with_pouch_order(world, packed, pouch, replace(pouch, lines=(now, *pouch.lines[1:])))


def _words(name: str, what: str, pattern: str, rewrite: Rewritten, *checks: str) -> Kind:
    return Kind(name, what, Part.ORDERS, checks or ("C16",), partial(_rewritten, pattern, rewrite, _is_pouch))


def _lost(name: str, what: str, pattern: str, fits: Callable[[PouchOrder], bool] = _is_pouch) -> Kind:
    return Kind(name, what, Part.ORDERS, ("C16",), partial(_line_lost, pattern, fits))


def _header(name: str, what: str, pattern: str, rewrite: Rewritten) -> Kind:
    return Kind(name, what, Part.ORDERS, ("C16",), partial(_rewritten, pattern, rewrite, _is_header))


def _called(name: str, what: str, rewrite: Rewritten) -> Kind:
    return Kind(name, what, Part.ORDERS, ("C3", "C16"), partial(_name, rewrite))


KINDS: Final = (
    _called("name-letter", "a name has one letter wrong", _letter),
    _called("name-letters-flattened", "a name has lost its Danish letters", _plain_letter),
    _called("name-cut", "a name has lost its last word", _last_word_lost),
    _words(
        "civil-number-digits", "two digits of a CPR number have changed places", _CIVIL, _digits_swapped, "C3", "C16"
    ),
    _words("strength-clipped", "a strength has lost its first digit", _MEDICINE, _strength_clipped),
    _words(
        "strength-comma-lost",
        "a strength has lost its decimal comma",
        rf"{_MEDICINE[:-1]}(?<=,5 mg)$",
        _comma_of_strength_lost,
    ),
    _words(
        "amount-comma-lost",
        "an amount has lost its decimal comma",
        _MEDICINE.replace("(,\\d+)?", "(,\\d+)"),
        _comma_of_amount_lost,
    ),
    _words("amount-wrong", "an amount is another", _MEDICINE, _other_amount),
    _words("medicine-wrong", "a line names another medicine", _MEDICINE, _other_medicine),
    _words("depot-lost", "a depot tablet is not called one", rf"{_MEDICINE[:-1]}(?<=depot)$", _depot_lost),
    _words("total-wrong", "the total is another", _TOTAL, _other_total),
    _words("date-wrong", "the date is another", _WHEN, _other_date),
    _words("weekday-wrong", "the weekday is not the date's", _WHEN, _other_weekday),
    _words("time-wrong", "the time of day is another", _WHEN, _other_time),
    _words("clock-wrong", "the clock time is another than the slot's", _WHEN, _other_clock),
    _words("part-wrong", "a part is called another", _PART, _other_part),
    _words("number-wrong", "a pouch has another number", _NUMBER, _other_number),
    _words("count-wrong", "a label counts other pouches than the roll has", _NUMBER, _other_count),
    _words("roll-wrong", "a label names another roll", _NUMBER, _other_roll),
    _words("packed-wrong", "a label names another day of packing", _PACKED, _packed_elsewhen),
    _lost("medicine-line-lost", "a medicine is not on the label", _MEDICINE),
    Kind("medicine-line-twice", "a medicine is on the label twice", Part.ORDERS, ("C16",), _medicine_twice),
    _lost("total-lost", "the total is not on the label", _TOTAL),
    _lost("part-lost", "a part is not called one", _PART),
    _lost("time-lost", "date and time are not on the label", _WHEN),
    _lost("number-lost", "number and roll are not on the label", _NUMBER),
    _lost("civil-number-lost", "the CPR number is not on the label", _CIVIL),
    _lost("header-medicine-lost", "a medicine is not on the header", r"^\w+.* mg.*, \w+$", _is_header),
    _header("header-period-wrong", "the header names another period", r"^(Periode \d\d)(.+)$", _other_period),
    _header("header-count-wrong", "the header counts other pouches", r"^I alt (\d+)( poser.+)$", _other_pouches),
    _header("header-use-by-late", "the header lets pouches be used too long", r"^(Må ikke bruges efter .+)$", _later),
)
