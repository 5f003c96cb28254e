"""What every use case is given: chosen once, in the composition root."""

from dataclasses import dataclass

from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.session import Database
from hal.clock import Clock
from labels.content import LabelSite


@dataclass(frozen=True, slots=True)
class Services:
    """The store, the catalogue in force, the clock, and the pharmacy's name on labels.

    `slots` is the built-in table; `dispenser.app.slot_tables` knows which one is in force for whom.
    """

    database: Database
    catalogue: Catalogue
    slots: SlotTable
    clock: Clock
    site: LabelSite
