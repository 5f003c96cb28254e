"""All kinds of faults, in the order in which medicine passes."""

from typing import Final

from dispenser.app.selftest import (
    kinds_batch,
    kinds_broken,
    kinds_closing,
    kinds_desk,
    kinds_fill,
    kinds_finished,
    kinds_journal,
    kinds_label,
    kinds_message,
    kinds_order,
    kinds_ordered,
    kinds_plan,
    kinds_pouch,
    kinds_roll,
    kinds_rules,
    kinds_site,
    kinds_staff,
    kinds_stock,
    kinds_words,
)
from dispenser.app.selftest.kind import Kind

KINDS: Final[tuple[Kind, ...]] = (
    *kinds_message.KINDS,
    *kinds_ordered.KINDS,
    *kinds_rules.KINDS,
    *kinds_plan.KINDS,
    *kinds_batch.KINDS,
    *kinds_pouch.KINDS,
    *kinds_roll.KINDS,
    *kinds_fill.KINDS,
    *kinds_stock.KINDS,
    *kinds_order.KINDS,
    *kinds_label.KINDS,
    *kinds_words.KINDS,
    *kinds_journal.KINDS,
    *kinds_finished.KINDS,
    *kinds_closing.KINDS,
    *kinds_desk.KINDS,
    *kinds_staff.KINDS,
    *kinds_site.KINDS,
    *kinds_broken.KINDS,
)
