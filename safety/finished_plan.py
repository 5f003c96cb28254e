"""What a plan asks of a packed roll, by the second expansion: the first of the four accounts of the proof (C1, C18)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Pouch
from dispenser.core.presence import Noted
from dispenser.core.roll import Roll
from safety import finished_codes
from safety.findings import Finding, found
from safety.finished import Doses, FinishedBatch, FinishedRoll, Intake
from safety.outstanding import NOTHING_NOTED, is_ahead, outstanding

_NONE: Final = Fraction(0)


@dataclass(slots=True)
class Asked:
    """Units that a roll should hold by intake, and what is wrong with asking for them."""

    doses: dict[Intake, Fraction] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def asked_of(
    one: FinishedRoll, held: Doses, absent: Collection[Intake], beside: tuple[Roll, ...], batch: FinishedBatch
) -> Asked:
    """Return what the plans ask of a roll whose pouches in use hold `held`.

    What is still to be taken is asked by the plan in force, what is history by the revision that the roll was made
    from; `beside` holds the citizen's other pouches in use, `absent` names intakes whose pouches are missing. A roll
    that is out of use owes nothing more than what it holds.
    """
    asked = Asked()
    roll, plan, followed = one.roll, one.plan, one.followed
    if plan is None or followed is None:
        asked.findings.append(found(finished_codes.NO_PLAN_IN_FORCE, roll.roll_id))
        return asked
    known = {*held, *absent}
    asker = _Asker(one, beside, batch)
    ahead = asker.by_intake(plan, one.noted, batch.now, asked.findings)
    newly = _newly_asked(followed, ahead, known, asker)
    for intake, units in ahead.items():
        if (one.void is None and intake not in newly) or intake in known:
            asked.doses[intake] = units
    if newly and one.void is None:
        details = {"plan": plan.revision, "roll": roll.plan_revision, "doses": len(newly)}
        asked.findings.append(found(finished_codes.PLAN_ASKS_MORE, roll.roll_id, **details))
    if _begins_before(roll, batch):
        _add_history(followed, known, asker, asked)
    return asked


def instructions(one: FinishedRoll, pouches: Collection[Pouch], batch: FinishedBatch) -> tuple[Finding, ...]:
    """Return the pouches still to be taken that say other instructions than the plan in force (R8)."""
    ordered: dict[str, set[str]] = {}
    for line in one.plan.ordinations if one.plan else ():
        ordered.setdefault(line.product_id, set()).add(line.instruction)
    findings: list[Finding] = []
    for pouch in pouches:
        if not is_ahead(pouch.date, pouch.slot, batch.now, batch.slots):
            continue
        products = dict.fromkeys(content.product_id for content in pouch.contents)
        wanted = {product: ordered[product] for product in products if product in ordered}
        wrong = [product for product, said in wanted.items() if said.isdisjoint({"", pouch.instruction})]
        if pouch.instruction and not any(pouch.instruction in said for said in wanted.values()):
            wrong = list(wanted)
        for product in wrong:
            said = " / ".join(sorted(wanted[product]))
            details = {"pouch": pouch.number, "product": product, "label": pouch.instruction, "expected": said}
            findings.append(found(finished_codes.INSTRUCTION_CHANGED, one.roll.roll_id, **details))
    return tuple(findings)


@dataclass(frozen=True, slots=True)
class _Asker:
    """Asks plans what they leave to one roll."""

    one: FinishedRoll
    beside: tuple[Roll, ...]
    batch: FinishedBatch

    def by_intake(
        self, plan: MedicationPlan, noted: Noted, since: Moment | None, problems: list[Finding]
    ) -> dict[Intake, Fraction]:
        """Return what a plan leaves to the roll; lines that it cannot follow are added to `problems`."""
        owed = outstanding(plan, self.one.roll.period, self.batch.slots, self.beside, noted, since)
        problems.extend(
            found(finished_codes.NOT_COMPUTABLE, self.one.roll.roll_id, ordination=ordination, why=why)
            for ordination, why in owed.unverifiable
        )
        doses: dict[Intake, Fraction] = {}
        for (_, product, at, slot), units in owed.doses.items():
            doses[product, at, slot] = doses.get((product, at, slot), _NONE) + units
        return doses

    def is_ahead(self, intake: Intake, since: Moment) -> bool:
        return is_ahead(intake[1], intake[2], since, self.batch.slots)


def _newly_asked(
    followed: MedicationPlan,
    ahead: Mapping[Intake, Fraction],
    known: Collection[Intake],
    asker: _Asker,
) -> frozenset[Intake]:
    """Return what is asked now and no pouch of the roll was meant to hold, because it was not asked then.

    Neither was what another roll was to hold, whatever became of that one.
    """
    one = asker.one
    strange = [intake for intake in ahead if intake not in known]
    if not strange:
        return frozenset()
    elsewhere = {
        (content.product_id, pouch.date, pouch.slot)
        for roll in one.others
        for pouch in roll.pouches
        for content in pouch.contents
    }
    before = asker.by_intake(followed, one.noted_then, None, [])
    return frozenset(intake for intake in strange if intake not in before or intake in elsewhere)


def _begins_before(roll: Roll, batch: FinishedBatch) -> bool:
    return roll.period.first <= batch.now.day


def _add_history(followed: MedicationPlan, known: Collection[Intake], asker: _Asker, asked: Asked) -> None:
    """Add what was to be taken already: no later plan changes that, and nobody can pack it any more.

    With other rolls or absences beside it, a roll is not asked for history that it does not hold: what those held then
    may be discarded or noted otherwise since. Its content as released is proven by its digest.
    """
    one, batch = asker.one, asker.batch
    alone = not asker.beside and not one.noted.absences and one.void is None
    for intake, units in asker.by_intake(followed, NOTHING_NOTED, None, asked.findings).items():
        if not asker.is_ahead(intake, batch.now) and (
            intake in known or (alone and asker.is_ahead(intake, batch.planned))
        ):
            asked.doses[intake] = units
