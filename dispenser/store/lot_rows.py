"""Which packs are of a lot, however its number is spelt."""

from sqlalchemy import ColumnElement, func, select

from dispenser.core.fills import lot_key
from dispenser.store.repository import Repository
from dispenser.store.tables import FILL_PACK


class LotRows(Repository):
    """What all repositories do that look for lots."""

    def _of_lot(self, lot: str, gtin: str) -> ColumnElement[bool]:
        """Return the condition that a pack is of `lot`, of one GTIN or of any.

        Its spellings are looked up before: so the index leads from them to packs and pouches, how many there may be.
        """
        key = func.upper(func.replace(FILL_PACK.c.lot, " ", ""))
        spelt = self._all(select(FILL_PACK.c.lot).distinct().where(key == lot_key(lot)))
        of_lot = FILL_PACK.c.lot.in_([row["lot"] for row in spelt])
        return of_lot if not gtin else of_lot & (FILL_PACK.c.gtin == gtin)
