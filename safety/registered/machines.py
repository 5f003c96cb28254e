"""Checks of what machines hold, print and report."""

from typing import Final

from safety import order_codes, pouch_codes
from safety.check import Check, Stage

_ORDER: Final = "safety.order_checks.check_order"
_POUCH: Final = "safety.pouch_checks.check_pouch"

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C8",
        "bays and cells hold the ordered product",
        (_ORDER,),
        (order_codes.WRONG_CANISTER, order_codes.UNKNOWN_CELL, order_codes.UNKNOWN_PRODUCT_ORDERED),
        (Stage.ORDER,),
    ),
    Check(
        "C16",
        "what is printed is what was ordered",
        (_ORDER, _POUCH),
        (order_codes.LABEL_EMPTY, order_codes.OTHER_SYMBOL, pouch_codes.NOT_PRINTED, pouch_codes.PRINT_DIFFERS),
        (Stage.ORDER, Stage.POUCH),
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
        (Stage.POUCH,),
    ),
    Check("C25", "a void pouch never counts", (_POUCH,), (pouch_codes.CLOSED_VOID,), (Stage.POUCH,)),
)
