"""What every use case is given: chosen once, in the composition root."""

from dataclasses import dataclass

from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.session import Database
from dispenser.store.witness import Witness
from hal.clock import Clock
from labels.content import LabelSite
from safety.rule_question import RuleProvider


@dataclass(frozen=True, slots=True)
class Services:
    """The store, the catalogue in force, the clock, the pharmacy's name on labels, and clinical rules.

    `slots` is the built-in table; `dispenser.app.slot_tables` knows which one is in force for whom. `rules` are of
    plug-ins and settings; `dispenser.app.rule_packs` adds what is signed. With no rules at all every line is parked.
    `witness` keeps what was sent apart from the database; without one an older database is known by machines alone.
    """

    database: Database
    catalogue: Catalogue
    slots: SlotTable
    clock: Clock
    site: LabelSite
    rules: tuple[RuleProvider, ...] = ()
    witness: Witness | None = None
