"""Where a scanned or typed code leads."""

from dataclasses import dataclass

from dispenser.app.services import Services
from dispenser.core.ids import BatchId, RollId
from labels.errors import LabelError
from labels.symbol import ROLL_DIGITS, parse_symbol

_BATCH_DIGITS = 6
_SEPARATORS = ("{GS}", "\x1d")


@dataclass(frozen=True, slots=True)
class Target:
    """A batch, a roll, or a pouch of a roll."""

    batch_id: BatchId | None = None
    roll_id: RollId | None = None
    pouch: int | None = None


def find_code(services: Services, code: str) -> Target | None:
    """Return what `code` names, or None when it names nothing that this pharmacy has packed.

    Taken are a pouch's symbol as a scanner sends it, a roll's ten digits and a batch's six.
    """
    text = code.strip()
    for separator in _SEPARATORS:
        text = text.removesuffix(separator)
    with services.database.read() as tx:
        if _digits(text, _BATCH_DIGITS):
            found = tx.batches.find(BatchId(text))
            return Target(batch_id=found.batch_id) if found else None
        roll_id, number = (RollId(text), None) if _digits(text, ROLL_DIGITS) else _pouch(services, text)
        if roll_id is None or tx.batches.find_roll(roll_id) is None:
            return None
        return Target(roll_id=roll_id, pouch=number)


def _pouch(services: Services, text: str) -> tuple[RollId | None, int | None]:
    try:
        return parse_symbol(text, services.site)
    except LabelError:
        return None, None


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()
