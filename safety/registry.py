"""Which check stands behind which code, and which hazards the checks answer."""

import tomllib
from dataclasses import dataclass
from typing import Final

from safety import batch_codes, continuity_codes, order_codes, plan_codes, pouch_codes, slot_codes
from safety.codes import ALL_CODES
from safety.findings import Code


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its id (`C1`, `R8`), what it holds, the functions that do it, and the codes it raises."""

    id: str
    holds: str
    functions: tuple[str, ...]
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard of `hazards.toml` (ISO 14971): what can happen, the checks against it, and the tests that show it."""

    id: str
    what: str
    checks: tuple[str, ...]
    tests: tuple[str, ...]


_PLAN: Final = "safety.plan_checks.check_plan"
_LINE: Final = "safety.plan_checks.judge"
_BATCH: Final = "safety.batch_checks.check_batch"
_CONTINUITY: Final = "safety.continuity_checks.check_continuity"
_ROLL: Final = "safety.roll_checks.check_roll"
_ORDER: Final = "safety.order_checks.check_order"
_POUCH: Final = "safety.pouch_checks.check_pouch"

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "R2",
        "only structured, fixed doses on known dates are packed unasked",
        (_LINE,),
        (
            *plan_codes.REASON_CODES.values(),
            plan_codes.TREATMENT_ENDS_BEFORE_START,
            plan_codes.DOSAGE_OUTSIDE_TREATMENT,
            plan_codes.DOSAGE_ENDS_EARLY,
        ),
    ),
    Check("R3", "every line names a product of the catalogue", (_LINE,), (plan_codes.UNKNOWN_PRODUCT,)),
    Check(
        "R8",
        "doses with different instructions are apart, and instructions can be printed",
        (_LINE, _ROLL),
        (plan_codes.INSTRUCTION_TOO_LONG, batch_codes.BAD_INSTRUCTION),
    ),
    Check(
        "C1",
        "pouches hold in sum what an independent expansion of the plan gives",
        ("safety.verifier.verify_roll", _BATCH, _ORDER),
        (
            batch_codes.MISSING_DOSE,
            batch_codes.WRONG_QUANTITY,
            batch_codes.WRONG_TOTAL,
            batch_codes.NOT_VERIFIABLE,
            batch_codes.MISSING_ROLL,
            order_codes.PICKS_DIFFER,
        ),
    ),
    Check(
        "C2",
        "every planned dose is packed exactly once, and nothing else is",
        (_PLAN, "safety.verifier.verify_roll", _ROLL, _ORDER),
        (
            plan_codes.ORDINATION_TWICE,
            batch_codes.EXTRA_DOSE,
            batch_codes.EMPTY_POUCH,
            order_codes.NOT_IN_ROLL,
            order_codes.OUT_OF_ORDER,
            order_codes.CELL_TWICE,
            order_codes.HEADER_NOT_EMPTY,
            order_codes.NOTHING_ORDERED,
        ),
    ),
    Check(
        "C3",
        "a roll is one citizen's, in order, inside its period, under a name of its own",
        (_BATCH, _ROLL, _ORDER),
        (
            batch_codes.NO_PLAN,
            batch_codes.OUTSIDE_PERIOD,
            batch_codes.BAD_ORDER,
            batch_codes.ROLL_TWICE,
            order_codes.SYMBOL_TWICE,
            order_codes.OTHER_CIVIL_NUMBER,
            order_codes.OTHER_NAME,
        ),
    ),
    Check("C4", "no line, date and slot is in two live rolls", (_BATCH,), (batch_codes.OVERLAP,)),
    Check(
        "C5",
        "no day without pouches between two rolls, unless a pause, a hold or a stop says why",
        (_CONTINUITY,),
        (continuity_codes.GAP_AHEAD, continuity_codes.GAP_BEHIND),
    ),
    Check(
        "C6",
        "a cycle of several days goes on where the last pouches left it, or somebody confirms",
        (_CONTINUITY,),
        (continuity_codes.PHASE_SHIFT,),
    ),
    Check(
        "C7",
        "nothing stopped is left in use, and nothing is packed for days of absence",
        (_CONTINUITY,),
        (continuity_codes.NOT_DISCARDED, continuity_codes.DURING_ABSENCE),
    ),
    Check(
        "C8",
        "bays and cells hold the ordered product",
        (_ORDER,),
        (order_codes.WRONG_CANISTER, order_codes.UNKNOWN_CELL, order_codes.UNKNOWN_PRODUCT_ORDERED),
    ),
    Check("C9", "the same substance in two lines is shown", (_PLAN,), (plan_codes.SAME_SUBSTANCE,)),
    Check(
        "C11",
        "unsuitable products stay out; separate ones are alone; hand-filled ones come from the tray",
        (_LINE, _ROLL, _ORDER),
        (
            plan_codes.NOT_DISPENSABLE,
            plan_codes.NOT_SOLID_ORAL,
            batch_codes.UNSUITABLE,
            batch_codes.NOT_ALONE,
            order_codes.TRAY_ONLY,
        ),
    ),
    Check(
        "C12",
        "quantities are positive, divisible and below the cap",
        (_LINE, _ROLL, _ORDER),
        (
            plan_codes.FRACTION_NOT_ALLOWED,
            plan_codes.TOO_MANY_UNITS,
            batch_codes.BAD_FRACTION,
            batch_codes.TOO_MANY_AT_ONCE,
            order_codes.NOT_POSITIVE,
        ),
    ),
    Check(
        "C13",
        "pouches and canisters hold what is asked of them, and parts are marked",
        ("safety.roll_checks.check_capacity", _ROLL, _ORDER),
        (
            batch_codes.OVER_CAPACITY,
            batch_codes.BAD_PARTS,
            batch_codes.UNIT_TOO_LARGE,
            order_codes.OVERDRAWN,
            order_codes.TOO_FULL,
        ),
    ),
    Check(
        "C16",
        "what is printed is what was ordered",
        (_ORDER, _POUCH),
        (order_codes.LABEL_EMPTY, order_codes.OTHER_SYMBOL, pouch_codes.NOT_PRINTED, pouch_codes.PRINT_DIFFERS),
    ),
    Check(
        "C17",
        "the machine's own events prove every pouch",
        (_POUCH,),
        (
            pouch_codes.NOT_COUNTED,
            pouch_codes.MISCOUNT,
            pouch_codes.NOT_ORDERED,
            pouch_codes.DROPPED_AFTER_SEAL,
            pouch_codes.NOT_SEALED,
            pouch_codes.SEAL_TEMPERATURE,
            pouch_codes.NOT_INSPECTED,
            pouch_codes.REJECTED,
            pouch_codes.NOT_CLOSED,
            pouch_codes.FOREIGN_EVIDENCE,
        ),
    ),
    Check(
        "C18",
        "plan, catalogue and slots are the ones in force",
        (_BATCH,),
        (batch_codes.STALE_REVISION, batch_codes.OTHER_VERSION),
    ),
    Check(
        "C23",
        "units a day are packed as ordered, whatever the slots; every plain dose has a slot of its own",
        ("safety.day_checks.check_day_totals", "safety.slot_checks.check_slots", _BATCH),
        (
            batch_codes.DAY_TOTAL,
            slot_codes.NOT_TOML,
            slot_codes.UNKNOWN_KEY,
            slot_codes.BAD_VALUE,
            slot_codes.TIME_MISSING,
            slot_codes.TIMES_OUT_OF_ORDER,
            slot_codes.COUNT_MISSING,
            slot_codes.COUNT_IMPOSSIBLE,
            slot_codes.SLOTS_MISCOUNTED,
            slot_codes.SLOTS_OUT_OF_ORDER,
            slot_codes.UNKNOWN_GROUP,
        ),
    ),
    Check(
        "R14",
        "a slot table is signed by another than its author, and holds for no day that is over",
        ("safety.slot_checks.check_signature",),
        (slot_codes.NO_NAME, slot_codes.TOO_LATE, slot_codes.OWN_SIGNATURE, slot_codes.SIGNED_ALREADY),
    ),
    Check(
        "R11",
        "a change of brand is told, and made once for a line and period",
        (_CONTINUITY,),
        (continuity_codes.BRAND_CHANGED, continuity_codes.BRAND_TWICE),
    ),
    Check("C25", "a void pouch never counts", (_POUCH,), (pouch_codes.CLOSED_VOID,)),
)


_CODES: Final = {code.id: code for code in ALL_CODES}


def check_of(code_id: str) -> Check:
    """Return the check that raises the code `code_id` (`DOSE-0201`).

    Raises:
        KeyError: no code of this package.
    """
    code = _CODES[code_id]
    return next(check for check in CHECKS if code in check.codes)


def hazards_of(text: str) -> tuple[Hazard, ...]:
    """Return the hazards of a hazard file (TOML).

    Raises:
        ValueError: not a hazard file, or it names a check that does not exist.
    """
    known = {check.id for check in CHECKS}
    hazards: list[Hazard] = []
    try:
        for table in tomllib.loads(text)["hazard"]:
            hazard = Hazard(table["id"], table["what"], tuple(table["checks"]), tuple(table["tests"]))
            hazards.append(hazard)
    except (KeyError, TypeError) as error:
        message = f"not a hazard file: {error!r}"
        raise ValueError(message) from error
    for hazard in hazards:
        unknown = set(hazard.checks) - known
        if unknown:
            message = f"{hazard.id} names unknown checks {sorted(unknown)}"
            raise ValueError(message)
    return tuple(hazards)
