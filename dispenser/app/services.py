"""What every use case is given: chosen once, in the composition root."""

from dataclasses import dataclass

from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.session import Database
from hal.clock import Clock
from labels.content import LabelSite


@dataclass(frozen=True, slots=True)
class Services:
    """The store, the catalogue and slots in force, the clock, and the pharmacy's name on labels."""

    database: Database
    catalogue: Catalogue
    slots: SlotTable
    clock: Clock
    site: LabelSite
