"""Checks of the plan as ordained, line by line, and of what may be packed at all."""

from typing import Final

from safety import batch_codes, order_codes, plan_codes, rule_codes
from safety.check import Check, Stage

_PLAN: Final = "safety.plan_checks.check_plan"
_LINE: Final = "safety.plan_checks.judge"
_ROLL: Final = "safety.roll_checks.check_roll"
_ORDER: Final = "safety.order_checks.check_order"

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
        (Stage.INTAKE,),
    ),
    Check(
        "R3", "every line names a product of the catalogue", (_LINE,), (plan_codes.UNKNOWN_PRODUCT,), (Stage.INTAKE,)
    ),
    Check(
        "C9",
        "the same substance in two lines is shown, and two of a kind wait for a human",
        (_PLAN, "safety.pack_rules.PackRules"),
        (plan_codes.SAME_SUBSTANCE, rule_codes.DUPLICATE),
        (Stage.INTAKE, Stage.BATCH),
    ),
    Check(
        "C11",
        "unsuitable products stay out; separate ones are alone; hand-filled ones come from the tray",
        (_LINE, _ROLL, _ORDER, "safety.pack_rules.PackRules"),
        (
            plan_codes.NOT_DISPENSABLE,
            plan_codes.NOT_SOLID_ORAL,
            rule_codes.UNSUITABLE,
            rule_codes.NOT_SEPARATE,
            batch_codes.UNSUITABLE,
            batch_codes.NOT_ALONE,
            order_codes.TRAY_ONLY,
        ),
        (Stage.INTAKE, Stage.BATCH, Stage.ORDER),
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
        (Stage.INTAKE, Stage.BATCH, Stage.ORDER),
    ),
)
