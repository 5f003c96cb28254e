"""Checks of what machines hold, print and report."""

from typing import Final

from safety import fill_codes, finished_codes, lot_codes, order_codes, pouch_codes, rule_codes
from safety.check import Check, Stage
from safety.label_codes import LABEL_CODES

_ORDER: Final = "safety.order_checks.check_order"
_POUCH: Final = "safety.pouch_checks.check_pouch"
_FINISHED: Final = "safety.finished_checks.check_finished"

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C8",
        "bays and cells hold the ordered product, and two people scanned every pack in them",
        (_ORDER, "safety.canister_checks.check_fill", "safety.canister_checks.check_fills"),
        (
            order_codes.WRONG_CANISTER,
            order_codes.UNKNOWN_CELL,
            order_codes.UNKNOWN_PRODUCT_ORDERED,
            lot_codes.FILL_UNKNOWN,
            lot_codes.FILL_OF_OTHER,
            lot_codes.NO_HAND_STOCK,
            lot_codes.MORE_THAN_SCANNED,
            lot_codes.FILL_EMPTY,
            fill_codes.NO_PACKS,
            fill_codes.SCAN_UNREADABLE,
            fill_codes.GTIN_UNKNOWN,
            fill_codes.OTHER_PRODUCT,
            fill_codes.LOT_MISSING,
            fill_codes.SERIAL_USED,
            fill_codes.NO_SERIAL,
            fill_codes.NO_NAME,
            fill_codes.SAME_PERSON,
            fill_codes.UNKNOWN_PRODUCT,
            fill_codes.UNSUITABLE,
            fill_codes.NO_UNITS,
            fill_codes.SECOND_SCAN_MISSING,
            fill_codes.SECOND_SCAN_DIFFERS,
            fill_codes.NO_CONTAINER,
            fill_codes.GTIN_WRONG,
            fill_codes.GTIN_KNOWN,
            rule_codes.LOOK_ALIKE,
        ),
        (Stage.CANISTER, Stage.ORDER, Stage.POUCH),
    ),
    Check(
        "C16",
        "what is printed is what was ordered",
        (_ORDER, "safety.label_checks.check_labels", _POUCH, _FINISHED),
        (
            order_codes.LABEL_EMPTY,
            order_codes.OTHER_SYMBOL,
            *LABEL_CODES,
            pouch_codes.NOT_PRINTED,
            pouch_codes.PRINT_DIFFERS,
            pouch_codes.READ_DIFFERS,
            finished_codes.ORDER_CHANGED,
            finished_codes.PRINT_UNPROVEN,
        ),
        (Stage.ORDER, Stage.POUCH, Stage.RELEASE),
    ),
    Check(
        "C17",
        "the machine's own events prove every pouch",
        (_POUCH, _FINISHED),
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
            pouch_codes.IMPLAUSIBLE_DROP,
            finished_codes.EVENTS_DIFFER,
            finished_codes.EVIDENCE_LACKS,
            finished_codes.FILM_TWICE,
            finished_codes.NOT_SETTLED,
            finished_codes.NOT_PACKED,
        ),
        (Stage.POUCH, Stage.RELEASE),
    ),
    Check(
        "C25",
        "a void pouch never counts, nor one that is discarded",
        (_POUCH, _FINISHED),
        (
            pouch_codes.CLOSED_VOID,
            finished_codes.DISCARDED,
            finished_codes.DISCARDED_IN_USE,
            finished_codes.VOID_ROLL,
        ),
        (Stage.POUCH, Stage.RELEASE),
    ),
)
