"""The clinical rules are asked again when a batch is planned and when it is released: do they object to its lines?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dispenser.app.decisions import Decisions, Judged, decisions_of, standing
from dispenser.app.rules_in_force import Rules, rules_for
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId
from dispenser.core.plan import MedicationPlan
from dispenser.core.slots import SlotTable
from dispenser.store.session import Transaction
from safety.findings import Finding
from safety.rule_batch import check_standing

Plans = Mapping[CitizenId, MedicationPlan]


@dataclass(frozen=True, slots=True)
class Answers:
    """What the rules hold against the plans of some citizens; nothing is decided about it yet."""

    plans: Plans
    alerts: Mapping[CitizenId, tuple[Finding, ...]]

    def judged(self, decisions: Decisions) -> tuple[Judged, ...]:
        """Return all that was found in the light of what people have decided."""
        return tuple(
            one
            for citizen_id, alerts in sorted(self.alerts.items())
            for one in decisions.judge(alerts, citizen_id, self.plans[citizen_id].ordinations)
        )


def answers(services: Services, rules: Rules, plans: Plans, slots: SlotTable) -> Answers:
    """Ask `rules` about every one of `plans`."""
    found = {citizen_id: rules.alerts(plan, services.catalogue, slots) for citizen_id, plan in plans.items()}
    return Answers(plans, {citizen_id: alerts for citizen_id, alerts in found.items() if alerts})


def objections(judged: Iterable[Judged]) -> dict[CitizenId, tuple[Finding, ...]]:
    """Return what keeps pouches of each citizen from being packed: every alert that stands and parks a line."""
    by_citizen: dict[CitizenId, list[Judged]] = {}
    for one in judged:
        if one.about is not None:
            by_citizen.setdefault(one.about, []).append(one)
    found = {citizen_id: check_standing(citizen_id, standing(alerts)) for citizen_id, alerts in by_citizen.items()}
    return {citizen_id: findings for citizen_id, findings in found.items() if findings}


def objections_now(
    services: Services, tx: Transaction, plans: Plans, slots: SlotTable
) -> dict[CitizenId, tuple[Finding, ...]]:
    """Return what the rules in force now hold against pouches of these citizens."""
    now, citizens = services.clock.now(), tuple(plans)
    asked = answers(services, rules_for(services, tx, citizens, now), plans, slots)
    return objections(asked.judged(decisions_of(tx, citizens, now)))
