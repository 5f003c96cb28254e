"""Every code of this package, in one place."""

from typing import Final

from safety.batch_codes import BATCH_CODES
from safety.continuity_codes import CONTINUITY_CODES
from safety.fill_codes import FILL_CODES
from safety.findings import Code
from safety.finished_codes import FINISHED_CODES
from safety.fit_codes import FIT_CODES
from safety.label_codes import LABEL_CODES
from safety.lot_codes import LOT_CODES
from safety.order_codes import ORDER_CODES
from safety.override_codes import OVERRIDE_CODES
from safety.plan_codes import PLAN_CODES
from safety.pouch_codes import POUCH_CODES
from safety.rule_batch import RULE_BATCH_CODES
from safety.rule_codes import RULE_CODES
from safety.rule_signing import SIGNING_CODES
from safety.rulepack_codes import RULEPACK_CODES
from safety.site_codes import SITE_CODES
from safety.slot_codes import SLOT_CODES

ALL_CODES: Final[tuple[Code, ...]] = (
    *PLAN_CODES,
    *BATCH_CODES,
    *FIT_CODES,
    *CONTINUITY_CODES,
    *ORDER_CODES,
    *POUCH_CODES,
    *SLOT_CODES,
    *SITE_CODES,
    *FINISHED_CODES,
    *LABEL_CODES,
    *LOT_CODES,
    *FILL_CODES,
    *OVERRIDE_CODES,
    *RULE_CODES,
    *RULE_BATCH_CODES,
    *RULEPACK_CODES,
    *SIGNING_CODES,
)
"""DOSE-01xx plans, 02xx batches (023x: against pouches that exist), 03xx orders, 04xx pouches, 05xx slot tables,
06xx the site, 09xx fills and lots."""
