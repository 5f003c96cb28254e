"""Ways for a bundle to be wrong as a whole, one thing each; all have been seen in real orders."""

from collections.abc import Callable
from typing import Final, cast

Json = dict[str, object]
Spoiler = Callable[[Json], None]


def _resources(bundle: Json) -> list[Json]:
    return [cast("Json", entry["resource"]) for entry in cast("list[Json]", bundle["entry"])]


def _dosage(bundle: Json) -> Json:
    return cast("list[Json]", _resources(bundle)[1]["dosageInstruction"])[0]


def _repeat(when: list[str], **more: object) -> Json:
    bounds: Json = {"boundsPeriod": {"start": "2026-01-01"}}
    return {"repeat": bounds | {"when": when} | more}


def unknown_product(bundle: Json) -> None:
    """Order a medicine that no catalogue knows."""
    concept = cast("Json", _resources(bundle)[1]["medicationCodeableConcept"])
    cast("list[Json]", concept["coding"])[0]["code"] = "99999999999"


def contradicting_frequency(bundle: Json) -> None:
    """Say three times a day and name two times."""
    _dosage(bundle)["timing"] = _repeat(["MORN", "EVE"], frequency=3, period=1, periodUnit="d")


def impossible_quantity(bundle: Json) -> None:
    """Order 0.028 of a tablet."""
    _dosage(bundle)["timing"] = _repeat(["MORN"])
    _dosage(bundle)["doseAndRate"] = [{"doseQuantity": {"value": 0.028, "unit": "tablet"}}]


def end_before_start(bundle: Json) -> None:
    """End a treatment before it begins."""
    _dosage(bundle)["timing"] = _repeat(["MORN"], boundsPeriod={"start": "2026-11-23", "end": "2026-11-02"})


def impossible_birthday(bundle: Json) -> None:
    """Give the citizen a civil registration number of 31 February."""
    identifiers = cast("list[Json]", _resources(bundle)[0]["identifier"])
    identifiers[0]["value"] = "3102" + str(identifiers[0]["value"])[4:]


SPOILERS: Final[tuple[Spoiler, ...]] = (
    unknown_product,
    contradicting_frequency,
    impossible_quantity,
    end_before_start,
    impossible_birthday,
)
