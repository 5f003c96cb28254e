"""Checks of what canisters and trays were filled with."""

from typing import Final

from safety import fill_codes, finished_lot_codes, lot_codes, rule_codes
from safety.check import Check, Stage

_POUR: Final = "safety.canister_checks.check_fill"
_ORDER: Final = "safety.canister_checks.check_fills"
_DROPS: Final = "safety.canister_checks.check_drops"
_FINISHED: Final = "safety.finished_checks.check_finished"
_LOT: Final = "safety.lot_checks.check_notice"

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C14",
        "no lot is expired on the day of intake, recalled, in quarantine, or open for too long",
        (_POUR, _ORDER, _DROPS, _LOT, _FINISHED),
        (
            lot_codes.LOT_EXPIRED,
            lot_codes.LOT_RECALLED,
            lot_codes.LOT_QUARANTINED,
            lot_codes.OPEN_TOO_LONG,
            lot_codes.FILL_ENDED,
            lot_codes.UNKNOWN_LOT,
            lot_codes.RECALL_STAYS,
            lot_codes.NO_REASON,
            lot_codes.ALREADY_ENDED,
            fill_codes.EXPIRED,
            fill_codes.POURED_RECALLED,
            fill_codes.POURED_QUARANTINED,
            fill_codes.NOT_OPENED_YET,
            fill_codes.OPENED_LONG_AGO,
            fill_codes.DAYS_IMPOSSIBLE,
            rule_codes.SHORT_LIFE,
            finished_lot_codes.LOT_QUARANTINED_IN_USE,
            finished_lot_codes.LOT_RECALLED_IN_USE,
            finished_lot_codes.LOT_RECALLED_TAKEN,
        ),
        (Stage.CANISTER, Stage.ORDER, Stage.POUCH, Stage.RELEASE),
    ),
    Check(
        "C15",
        "every packed pouch is traced to the lots that may be in it, and every lot to its pouches",
        (_POUR, _DROPS, _FINISHED),
        (lot_codes.NOT_TRACED, fill_codes.CODE_USED, fill_codes.LOTS_MIXED, finished_lot_codes.LOTS_UNKNOWN),
        (Stage.CANISTER, Stage.POUCH, Stage.RELEASE),
    ),
)
