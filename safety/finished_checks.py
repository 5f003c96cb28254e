"""Prove a packed batch before its signature: four accounts of every dose, each made without the others, must agree.

The second expansion of the plan, the pouch documents, the printed text of the labels as sent, and what the machine's
journal counted (C1, C2, C16, C17, C18, C25). No pouch in use may hold a lot that was stopped since (C14, C15).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from dispenser.core.batch import BatchState
from dispenser.core.digest import batch_digest
from dispenser.core.ids import CitizenId
from dispenser.core.pouch import Pouch
from dispenser.core.quantity import QUARTERS_PER_UNIT, Quarters, text_of
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.slots import slot_word
from safety import finished_codes
from safety.findings import Finding, found
from safety.finished import Accounts, Doses, FinishedBatch, FinishedRoll, Intake, Proof, RollProof
from safety.finished_lots import lots_in_use
from safety.finished_plan import asked_of, instructions
from safety.finished_pouches import GoodPouch, RollEvidence, evidence_of
from safety.label_words import product_words
from safety.slot_checks import same_name

LEAST_REASON: Final = 10
"""Fewest characters of a reason that says something."""
_NONE: Final = Fraction(0)
_WARNS: Final = frozenset(
    {finished_codes.PLAN_ASKS_MORE, finished_codes.DISCARDED, finished_codes.VOID_ROLL, finished_codes.OTHER_CATALOGUE}
)


def check_finished(batch: FinishedBatch) -> Proof:
    """Return the proof of a packed batch: the accounts of every roll, and everything that contradicts anything."""
    findings = list(_head(batch))
    looked_at = [(one, evidence_of(one, batch)) for one in batch.rolls]
    siblings: dict[CitizenId, list[Roll]] = {}
    for one, seen in looked_at:
        siblings.setdefault(one.roll.citizen_id, []).append(_in_use(one, seen))
    proofs: list[RollProof] = []
    for one, seen in looked_at:
        others = (roll for roll in siblings[one.roll.citizen_id] if roll.roll_id != one.roll.roll_id)
        proof, told = _proof(one, seen, (*one.beside, *others), batch)
        proofs.append(proof)
        findings.extend(told)
    return Proof(tuple(proofs), tuple(findings))


@dataclass(frozen=True, slots=True)
class Signing:
    """Who would close a batch, with whom and why; and who released it for packing."""

    who: str
    second: str | None = None
    reason: str | None = None
    released_by: str | None = None


def check_closing(proof: Proof, state: BatchState, signing: Signing) -> tuple[Finding, ...]:
    """Return why a batch may not be closed now; pouches that are missing need a second person and a reason."""
    findings = list(proof.refused)
    who, other = signing.who.strip(), (signing.second or "").strip()
    if state is not BatchState.PACKED:
        findings.append(found(finished_codes.NOT_PACKED, "batch", state=state.value))
    if not who:
        findings.append(found(finished_codes.CLOSER_UNNAMED, "who"))
    elif signing.released_by is not None and same_name(who, signing.released_by):
        findings.append(found(finished_codes.CLOSER_RELEASED, "who", who=who))
    codes = sorted({finding.code.id for finding in proof.held})
    if codes and (not other or same_name(other, who) or len((signing.reason or "").strip()) < LEAST_REASON):
        details = {"codes": ", ".join(codes), "who": who, "least": LEAST_REASON}
        findings.append(found(finished_codes.SECOND_NEEDED, "second", **details))
    return tuple(findings)


def _head(batch: FinishedBatch) -> Iterator[Finding]:
    planned = batch.batch
    digest = batch_digest(replace(planned, rolls=tuple(one.roll for one in batch.rolls)))
    pairs = ((digest, batch.digest), (batch.slots.version, planned.slot_version))
    for now, released in pairs:
        if now != released:
            yield found(finished_codes.SNAPSHOT_CHANGED, planned.batch_id, now=now, released=released)
    if batch.catalogue.version != planned.catalogue_version:
        details = {"batch": planned.catalogue_version, "now": batch.catalogue.version}
        yield found(finished_codes.OTHER_CATALOGUE, planned.batch_id, **details)


def _in_use(one: FinishedRoll, seen: RollEvidence) -> Roll:
    """Return the roll as far as others must reckon with it: all of it, or what is left of one out of use."""
    return one.roll if one.void is None else replace(one.roll, pouches=tuple(each.pouch for each in seen.good))


def _proof(
    one: FinishedRoll, seen: RollEvidence, beside: tuple[Roll, ...], batch: FinishedBatch
) -> tuple[RollProof, list[Finding]]:
    pouches = [each.pouch for each in seen.good]
    findings = [*seen.findings, *lots_in_use(one, pouches, batch)]
    held = _in_pouches(pouches)
    gone = {*seen.missing, *seen.discarded} - {HEADER_NUMBER} if one.void is None else set[int]()
    absent = _in_pouches(pouch for pouch in one.roll.pouches if pouch.number in gone)
    labels, machine = _on_labels(seen.good), _by_machine(seen.good)
    expected: Doses = {}
    if held or one.void is None:
        asked = asked_of(one, held, absent, beside, batch)
        expected = asked.doses
        findings += (*asked.findings, *instructions(one, pouches, batch))
    findings += _differences(one, batch, (expected, held, labels, machine), absent)
    units = Accounts(
        Fraction(sum(expected.values())),
        Fraction(sum(content.quarters for pouch in pouches for content in pouch.contents), QUARTERS_PER_UNIT),
        Fraction(sum(each.label.read.total for each in seen.good if each.label.read), QUARTERS_PER_UNIT),
        Fraction(sum(sum(each.counted.values()) for each in seen.good), QUARTERS_PER_UNIT),
    )
    least, most = units.pouches, units.pouches + sum(absent.values())
    if not (least <= units.expected <= most and units.pouches == units.labels == units.machine):
        findings.append(found(finished_codes.TOTALS_DIFFER, one.roll.roll_id, **_texts(units)))
    doses = Accounts(*(Fraction(len(account)) for account in (expected, held, labels, machine)))
    return (
        RollProof(
            roll_id=one.roll.roll_id,
            citizen_id=one.roll.citizen_id,
            void=one.void is not None,
            pouches=len(one.roll.pouches),
            packed=len(seen.good),
            missing=tuple(seen.missing),
            discarded=tuple(seen.discarded),
            doses=doses,
            units=units,
            proven=all(finding.code in _WARNS for finding in findings),
        ),
        findings,
    )


def _differences(
    one: FinishedRoll, batch: FinishedBatch, accounts: tuple[Doses, Doses, Doses, Doses], absent: Doses
) -> Iterator[Finding]:
    for intake in dict.fromkeys(intake for account in accounts for intake in account):
        plan, pouch, label, counted = (account.get(intake, _NONE) for account in accounts)
        # What a missing or discarded pouch should give may be in another roll by now, or be owed.
        most = pouch + absent.get(intake, _NONE)
        if not (pouch <= plan <= most and pouch == label == counted):
            product, at, slot = intake
            details = {"product": product_words(product, batch.catalogue), "date": at, "slot": slot_word(slot)}
            shown = _texts(Accounts(plan, pouch, label, counted))
            yield found(finished_codes.ACCOUNTS_DIFFER, one.roll.roll_id, **details, **shown)


def _texts(accounts: Accounts) -> dict[str, str]:
    figures = {
        "expected": accounts.expected,
        "pouch": accounts.pouches,
        "label": accounts.labels,
        "machine": accounts.machine,
    }
    return {name: units_text(units) for name, units in figures.items()}


def units_text(units: Fraction) -> str:
    """Return units as a label prints them, or as a fraction where no label can."""
    quarters = units * QUARTERS_PER_UNIT
    return text_of(Quarters(int(quarters))) if quarters.denominator == 1 else str(units)


def _in_pouches(pouches: Iterable[Pouch]) -> Doses:
    doses: dict[Intake, Fraction] = {}
    for pouch in pouches:
        for content in pouch.contents:
            _add(doses, (content.product_id, pouch.date, pouch.slot), content.quarters)
    return doses


def _on_labels(good: Iterable[GoodPouch]) -> Doses:
    """Return what the labels say, under the date and time that they say."""
    doses: dict[Intake, Fraction] = {}
    for each in good:
        if each.label.read is not None:
            for product, quarters in each.label.amounts.items():
                _add(doses, (product, each.label.read.day, each.label.read.time.slot), quarters)
    return doses


def _by_machine(good: Iterable[GoodPouch]) -> Doses:
    """Return what the machine counted; it knows pouches by number only."""
    doses: dict[Intake, Fraction] = {}
    for each in good:
        for product, quarters in each.counted.items():
            _add(doses, (product, each.pouch.date, each.pouch.slot), quarters)
    return doses


def _add(doses: dict[Intake, Fraction], intake: Intake, quarters: int) -> None:
    if quarters:
        doses[intake] = doses.get(intake, _NONE) + Fraction(quarters, QUARTERS_PER_UNIT)
