"""Checks of what is planned and ordered: everything once, for the right citizen, on the right day."""

from typing import Final

from safety import batch_codes, finished_codes, fit_codes, order_codes, plan_codes, slot_codes
from safety.check import Check, Stage

_PLAN: Final = "safety.plan_checks.check_plan"
_LINE: Final = "safety.plan_checks.judge"
_BATCH: Final = "safety.batch_checks.check_batch"
_ROLL: Final = "safety.roll_checks.check_roll"
_ORDER: Final = "safety.order_checks.check_order"
_FINISHED: Final = "safety.finished_checks.check_finished"

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C1",
        "pouches hold in sum what an independent expansion of the plan gives",
        ("safety.verifier.verify_roll", _BATCH, _ORDER, _FINISHED),
        (
            batch_codes.MISSING_DOSE,
            batch_codes.WRONG_QUANTITY,
            batch_codes.WRONG_TOTAL,
            batch_codes.NOT_VERIFIABLE,
            batch_codes.MISSING_ROLL,
            order_codes.PICKS_DIFFER,
            finished_codes.ACCOUNTS_DIFFER,
            finished_codes.TOTALS_DIFFER,
            finished_codes.NOT_COMPUTABLE,
        ),
        (Stage.BATCH, Stage.ORDER, Stage.RELEASE),
    ),
    Check(
        "C2",
        "every planned dose is packed exactly once, and nothing else is",
        (_PLAN, "safety.verifier.verify_roll", _ROLL, _ORDER, _FINISHED),
        (
            plan_codes.ORDINATION_TWICE,
            batch_codes.EXTRA_DOSE,
            batch_codes.EMPTY_POUCH,
            order_codes.NOT_IN_ROLL,
            order_codes.OUT_OF_ORDER,
            order_codes.CELL_TWICE,
            order_codes.HEADER_NOT_EMPTY,
            order_codes.NOTHING_ORDERED,
            finished_codes.PACKED_TWICE,
            finished_codes.NEVER_PACKED,
            finished_codes.PACKED_UNORDERED,
        ),
        (Stage.INTAKE, Stage.BATCH, Stage.ORDER, Stage.RELEASE),
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
        (Stage.BATCH, Stage.ORDER),
    ),
    Check("C4", "no line, date and slot is in two live rolls", (_BATCH,), (batch_codes.OVERLAP,), (Stage.BATCH,)),
    Check(
        "R8",
        "doses with different instructions are apart, and instructions can be printed",
        (_LINE, _ROLL, _FINISHED),
        (plan_codes.INSTRUCTION_TOO_LONG, batch_codes.BAD_INSTRUCTION, finished_codes.INSTRUCTION_CHANGED),
        (Stage.INTAKE, Stage.BATCH, Stage.RELEASE),
    ),
    Check(
        "C13",
        "pouches and canisters hold what is asked of them, parts are marked, and some machine can pack every roll",
        ("safety.roll_checks.check_capacity", "safety.fit_checks.check_fit", _ROLL, _ORDER),
        (
            batch_codes.OVER_CAPACITY,
            batch_codes.BAD_PARTS,
            batch_codes.UNIT_TOO_LARGE,
            *fit_codes.FIT_CODES,
            order_codes.OVERDRAWN,
            order_codes.TOO_FULL,
        ),
        (Stage.BATCH, Stage.ORDER),
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
        (Stage.BATCH, Stage.SITE),
    ),
    Check(
        "R14",
        "four eyes: another signs a slot table than its author, and closes a batch than who released it",
        ("safety.slot_checks.check_signature", "safety.finished_checks.check_closing"),
        (
            slot_codes.NO_NAME,
            slot_codes.TOO_LATE,
            slot_codes.OWN_SIGNATURE,
            slot_codes.SIGNED_ALREADY,
            finished_codes.CLOSER_UNNAMED,
            finished_codes.CLOSER_RELEASED,
            finished_codes.SECOND_NEEDED,
        ),
        (Stage.RELEASE, Stage.SITE),
    ),
)
