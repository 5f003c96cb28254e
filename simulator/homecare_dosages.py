"""Dosages as a municipality writes them, most of them fixed, one in twenty for a human."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

Json = dict[str, object]

_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHEN: Final[Sequence[Sequence[str]]] = (
    ("MORN",), ("MORN",), ("MORN",), ("MORN", "EVE"), ("MORN", "EVE"), ("MORN", "NOON", "EVE"), ("EVE",), ("NIGHT",),
    ("MORN", "NOON", "EVE", "NIGHT"), ("HS",), ("CM",), ("CM", "CD", "CV"), ("ACM",),
)  # fmt: skip
_TIMES: Final = (
    ("08:00:00", "20:00:00"),
    ("07:30:00",),
    ("06:00:00", "14:00:00", "22:00:00"),
    ("09:00:00", "13:00:00", "17:00:00"),
)
_PARKED_SHARE: Final = 0.05
_ENDING_SHARE: Final = 0.15
_UNEVEN_SHARE: Final = 0.05
_INSTRUCTED_SHARE: Final = 0.05
_COUNTED_SHARE: Final = 0.5
"""Share of lists of times that also say how many they are."""
_ONE: Final = 4
"""Quarters of one unit."""


@dataclass(frozen=True, slots=True)
class Ware:
    """A product that may be ordered: drug id, unit word, smallest part of a tablet in quarters (4 is whole), name."""

    product_id: str
    unit: str
    smallest_quarters: int = _ONE
    name: str = ""


def dosages(ware: Ware, began: date, first: date, dice: Random) -> list[Json]:
    """Return `dosageInstruction` of a medicine that began on `began`, in a plan that is packed from `first`."""
    if dice.random() < _PARKED_SHARE:
        return [dice.choice(_PARKED)(ware, began, dice)]
    bounds: Json = {"start": began.isoformat()}
    if dice.random() < _ENDING_SHARE:
        bounds["end"] = (first + timedelta(days=dice.randrange(3, 90))).isoformat()
    if dice.random() < _UNEVEN_SHARE:
        amounts = (_amount(ware, dice, least=_ONE), _amount(ware, dice))
        return [
            _dosage({"boundsPeriod": bounds, "when": [when]}, amount, ware)
            for when, amount in zip(("MORN", "EVE"), amounts, strict=True)
        ]
    rhythm, of_meals = _rhythm(dice)
    dosage = _dosage({"boundsPeriod": bounds} | rhythm, _amount(ware, dice), ware)
    if not of_meals and dice.random() < _INSTRUCTED_SHARE:
        dosage["additionalInstruction"] = [{"text": "Synkes hele"}]
    return [dosage]


def _rhythm(dice: Random) -> tuple[Json, bool]:
    """Return `timing.repeat` without bounds, and whether its times are meals."""
    kind = dice.choices(("when", "times", "plain", "weekly", "weekdays", "alternate"), (52, 10, 20, 7, 5, 6))[0]
    daily: Json = {"period": 1, "periodUnit": "d"}
    weekly: Json = {"period": 1, "periodUnit": "wk"}
    if kind == "when":
        when = list(dice.choice(_WHEN))
        counted = daily | {"frequency": len(when)} if dice.random() < _COUNTED_SHARE else {}
        return counted | {"when": when}, any("C" in code for code in when)
    if kind == "times":
        return daily | {"timeOfDay": list(dice.choice(_TIMES))}, False
    if kind == "plain":
        return daily | {"frequency": dice.choice((1, 1, 1, 2, 2, 3, 4))}, False
    if kind == "weekly":
        return weekly | {"dayOfWeek": [dice.choice(_WEEK)], "when": ["MORN"]}, False
    if kind == "weekdays":
        days = sorted(dice.sample(range(7), 3))
        return weekly | {"dayOfWeek": [_WEEK[day] for day in days], "when": ["EVE"]}, False
    return {"frequency": 1, "period": 2, "periodUnit": "d", "when": [dice.choice(("MORN", "EVE"))]}, False


def _amount(ware: Ware, dice: Random, least: int = 1) -> int:
    """Return quarters of a unit: mostly one whole, sometimes two, a half or a quarter where the tablet allows it."""
    quarters = dice.choices((4, 8, 2, 6, 1), (78, 10, 7, 4, 1))[0]
    return quarters if quarters % ware.smallest_quarters == 0 and quarters >= least else _ONE


def _number(quarters: int) -> int | float:
    """Return quarters as units; quarters are exact in binary too."""
    return quarters // _ONE if quarters % _ONE == 0 else quarters / _ONE


def _dosage(repeat: Json, quarters: int, ware: Ware) -> Json:
    quantity = {"value": _number(quarters), "unit": ware.unit}
    return {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": quantity}]}


def _as_needed(ware: Ware, began: date, dice: Random) -> Json:
    repeat: Json = {"boundsPeriod": {"start": began.isoformat()}, "period": 1, "periodUnit": "d"}
    return _dosage(repeat | {"frequency": dice.randint(1, 4)}, 4, ware) | {"asNeededBoolean": True}


def _range(ware: Ware, began: date, _dice: Random) -> Json:
    dosage = _dosage({"boundsPeriod": {"start": began.isoformat()}, "when": ["NIGHT"]}, 4, ware)
    low, high = ({"value": value, "unit": ware.unit} for value in (1, 2))
    return dosage | {"doseAndRate": [{"doseRange": {"low": low, "high": high}}]}


def _free_text(_ware: Ware, _began: date, dice: Random) -> Json:
    texts = ("Efter skriftlig anvisning", "1 tablet når der er behov, højst 3 i døgnet", "Aftrapning efter skema")
    return {"text": dice.choice(texts)}


def _liquid(_ware: Ware, began: date, _dice: Random) -> Json:
    repeat: Json = {"boundsPeriod": {"start": began.isoformat()}, "when": ["MORN"]}
    return {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": {"value": 15, "unit": "ml"}}]}


_PARKED: Final = (_as_needed, _range, _free_text, _liquid)
