"""Problems of a planned batch (DOSE-02xx). Any of them keeps the batch from being released."""

from typing import Final

from safety.findings import Code, Overriding, Severity

_REPLAN_DA: Final = "Frigiv ikke. Planlæg batchen igen, og meld fejlen, hvis den kommer igen."
_REPLAN_EN: Final = "Do not release. Plan the batch again, and report the fault if it comes back."


def _code(number: str, danish: str, english: str, source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, danish, english, _REPLAN_DA, _REPLAN_EN, source)


def _hold(number: str, danish: str, english: str, fix_danish: str, fix_english: str, source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.HOLD, danish, english, fix_danish, fix_english, source)


MISSING_DOSE: Final = _code(
    "0201",
    "{ordination} mangler {date} {slot}: {expected} stk. skulle pakkes.",
    "{ordination} is missing on {date} {slot}: {expected} units should be packed.",
    "C1, C2",
)
EXTRA_DOSE: Final = _code(
    "0202",
    "{ordination} ({product}) er pakket {date} {slot}, men står ikke i planen dér.",
    "{ordination} ({product}) is packed on {date} {slot}, but the plan has none there.",
    "C2",
)
WRONG_QUANTITY: Final = _code(
    "0203",
    "{ordination} {date} {slot}: {packed} stk. i poserne, {expected} i planen.",
    "{ordination} on {date} {slot}: {packed} units in the pouches, {expected} in the plan.",
    "C1",
)
WRONG_TOTAL: Final = _code(
    "0204",
    "{ordination}: {packed} stk. i alt i rullen, {expected} i planen.",
    "{ordination}: {packed} units in all in the roll, {expected} in the plan.",
    "C1",
)
NOT_VERIFIABLE: Final = _code(
    "0205",
    "{ordination} kan ikke efterregnes: {why}.",
    "{ordination} cannot be verified: {why}.",
    "C1; a check that cannot run has failed",
)
NO_PLAN: Final = _code(
    "0206",
    "Rullen hører til en borger uden plan i denne batch.",
    "The roll belongs to a citizen without a plan in this batch.",
    "C3",
)
OUTSIDE_PERIOD: Final = _code(
    "0207",
    "Pose {pouch} er dateret {date}, uden for perioden.",
    "Pouch {pouch} is dated {date}, outside the period.",
    "C3",
)
MISSING_ROLL: Final = _code(
    "0208",
    "Borgeren har {doses} doser i perioden, men ingen rulle.",
    "The citizen has {doses} doses in the period but no roll.",
    "C1, C2",
)
STALE_REVISION: Final = _hold(
    "0209",
    "Rullen er lavet efter planrevision {roll}, men den gældende er {plan}.",
    "The roll follows plan revision {roll}, but {plan} is in force.",
    "Planlæg batchen igen efter den gældende plan.",
    "Plan the batch again from the plan in force.",
    "C18",
)
OVERLAP: Final = _hold(
    "0210",
    "{ordination} ({product}) {date} {slot} findes også i rulle {other}.",
    "{ordination} ({product}) on {date} {slot} is also in roll {other}.",
    "Kassér den ene rulle, før den anden frigives.",
    "Void one roll before the other is released.",
    "C4",
)
UNSUITABLE: Final = _hold(
    "0211",
    "Pose {pouch}: {product} må ikke pakkes på maskine.",
    "Pouch {pouch}: {product} must not be packed by machine.",
    "Tag linjen ud af planen, og planlæg batchen igen.",
    "Take the line out of the plan, and plan the batch again.",
    "BEK 827/2024 §§ 111-112; R3, C11",
)
BAD_FRACTION: Final = _hold(
    "0212",
    "Pose {pouch}: {amount} stk. af {product} kan ikke deles sådan.",
    "Pouch {pouch}: {amount} units of {product} cannot be divided like that.",
    "Vælg en anden styrke, og planlæg batchen igen.",
    "Choose another strength, and plan the batch again.",
    "R9, C12",
)
TOO_MANY_AT_ONCE: Final = Code(
    "DOSE-0213",
    Severity.HOLD,
    "{amount} stk. af {product} {date} {slot} er over grænsen på {limit}.",
    "{amount} units of {product} on {date} {slot} is over the limit of {limit}.",
    "Bekræft doseringen med lægen.",
    "Confirm the dosage with the prescriber.",
    "C12",
    Overriding.PHARMACIST,
)
OVER_CAPACITY: Final = _code(
    "0214",
    "Pose {pouch} rummer ikke sit indhold: {what}.",
    "Pouch {pouch} cannot hold its contents: {what}.",
    "C13",
)
BAD_PARTS: Final = _code(
    "0215",
    "Poserne {date} {slot} er ikke mærket del 1 til {parts}.",
    "The pouches of {date} {slot} are not marked part 1 to {parts}.",
    "C13",
)
BAD_ORDER: Final = _code(
    "0216",
    "Poserne er ikke nummereret fra 1 i dato- og tidsrækkefølge (pose {pouch}).",
    "The pouches are not numbered from 1 by date and time (pouch {pouch}).",
    "C3",
)
BAD_INSTRUCTION: Final = _code(
    "0217",
    "Pose {pouch}: anvisningen passer ikke til {ordination}.",
    "Pouch {pouch}: the instruction does not suit {ordination}.",
    "FMK planned administration; R8",
)
NOT_ALONE: Final = _code(
    "0218",
    "Pose {pouch}: {product} skal ligge alene.",
    "Pouch {pouch}: {product} must be alone.",
    "BEK 827/2024 § 111; R10, C11",
)
OTHER_VERSION: Final = _code(
    "0219",
    "Batchen er planlagt med {what} {batch}, men den gældende er {now}.",
    "The batch was planned with {what} {batch}, but {now} is in force.",
    "C18",
)
ROLL_TWICE: Final = _code("0220", "Rullenummeret er brugt to gange.", "The roll number is used twice.", "C3")
EMPTY_POUCH: Final = _code(
    "0221",
    "Pose {pouch} er tom eller har en mængde, der ikke er positiv.",
    "Pouch {pouch} is empty or has a quantity that is not positive.",
    "C2, C12",
)
UNIT_TOO_LARGE: Final = _hold(
    "0222",
    "{ordination}: én enhed af {product} er for stor til en pose: {what}.",
    "{ordination}: one unit of {product} is too large for a pouch: {what}.",
    "Tag linjen ud af planen, eller vælg et præparat, der kan være i en pose.",
    "Take the line out of the plan, or choose a product that fits into a pouch.",
    "C13",
)
DAY_TOTAL: Final = _code(
    "0223",
    "{ordination}: bestilt og pakket mængde pr. døgn er forskellig: {differences}.",
    "{ordination}: units ordered and packed a day differ: {differences}.",
    "FMK day-dose validation; C23",
)

BATCH_CODES: Final = (
    MISSING_DOSE,
    EXTRA_DOSE,
    WRONG_QUANTITY,
    WRONG_TOTAL,
    NOT_VERIFIABLE,
    NO_PLAN,
    OUTSIDE_PERIOD,
    MISSING_ROLL,
    STALE_REVISION,
    OVERLAP,
    UNSUITABLE,
    BAD_FRACTION,
    TOO_MANY_AT_ONCE,
    OVER_CAPACITY,
    BAD_PARTS,
    BAD_ORDER,
    BAD_INSTRUCTION,
    NOT_ALONE,
    OTHER_VERSION,
    ROLL_TWICE,
    EMPTY_POUCH,
    UNIT_TOO_LARGE,
    DAY_TOTAL,
)
