"""All checks, and running them."""

from collections.abc import Sequence
from typing import Final

from hal.conformance import link_checks, order_checks, packing_checks
from hal.conformance.bench import Bench
from hal.conformance.check import Check, CheckResult

CHECKS: Final = (
    link_checks.capabilities_stable,
    link_checks.closed_and_reopened,
    link_checks.status_as_journal,
    link_checks.journal_pages,
    link_checks.doorbell_rings,
    link_checks.lower_epoch_fenced,
    order_checks.load_twice,
    order_checks.load_conflict,
    order_checks.stale_number,
    order_checks.all_reasons_at_once,
    order_checks.wrong_capabilities,
    order_checks.unknown_start,
    packing_checks.packed_as_ordered,
    packing_checks.start_twice,
    packing_checks.pause_and_go_on,
    packing_checks.stop_is_final,
)
"""Level 1, then level 2. Their ids and what they ask for are as stable as the contract."""


async def run_checks(bench: Bench, checks: Sequence[Check] = CHECKS) -> tuple[CheckResult, ...]:
    """Run `checks` in turn and return every result, in their order; a failure stops none of the others."""
    return tuple([await check(bench) for check in checks])
