"""Which clinical rules are in force on a day, and what they hold against plans."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from dispenser.app.known_allergies import allergies_of
from dispenser.app.rule_packs import providers_for
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId, OrdinationId
from dispenser.core.plan import MedicationPlan
from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.session import Transaction
from pharmacy_sync.problems.parked_dose import ON_HOLD
from safety import rule_codes
from safety.findings import Finding, found
from safety.providers import ask
from safety.rule_question import Allergy, RuleProvider, RuleQuestion
from scheduling.calendar import local_date

UNANSWERED: Final = frozenset({rule_codes.RULES_MISSING, rule_codes.RULES_EXPIRED, rule_codes.PROVIDER_FAILED})
"""Codes that say nothing of a line but that nobody could be asked."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a civil date and what some citizens do not tolerate: found once, asked for many plans.

    `spared` are lines that a missing answer does not stop.
    """

    providers: tuple[RuleProvider, ...]
    day: date
    allergies: Mapping[CitizenId, tuple[Allergy, ...]]
    spared: frozenset[OrdinationId] = frozenset()

    def alerts(self, plan: MedicationPlan, catalogue: Catalogue, slots: SlotTable) -> tuple[Finding, ...]:
        """Return what the rules hold against the lines of `plan` that would be packed."""
        beside = tuple(line.ordination for line in plan.parked if line.ordination is not None)
        allergies = self.allergies.get(plan.citizen_id, ())
        asked = ask(self.providers, RuleQuestion(plan, catalogue, slots, self.day, beside, allergies))
        alerts = (*asked, *_beside_unknown(plan))
        if not self.spared:
            return alerts
        return tuple(one for one in alerts if one.code not in UNANSWERED or one.subject not in self.spared)


def _beside_unknown(plan: MedicationPlan) -> Iterator[Finding]:
    """Yield a warning on every line for each medicine that is taken, but of which no rule can know what it is."""
    for unknown in plan.parked:
        if unknown.ordination is not None or ON_HOLD.id in unknown.reasons:
            continue
        other = f"{unknown.text} ({unknown.ordination_id})"
        for line in plan.ordinations:
            yield found(rule_codes.BESIDE_UNKNOWN, line.ordination_id, other=other)


def rules_for(services: Services, tx: Transaction, citizen_ids: Sequence[CitizenId], now: datetime) -> Rules:
    """Return the rules in force now, and the allergies of these citizens."""
    day = local_date(now)
    return Rules(providers_for(services, tx, day), day, allergies_of(tx, citizen_ids))
