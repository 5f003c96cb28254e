"""What the product's own checks say of plans, batches, fills, orders, evidence and packed batches; nothing is added."""

from typing import TypeAlias

from dispenser.app.fold import OrderFold, drop_of
from dispenser.app.plan_lines import judged_plan
from dispenser.app.selftest.finishing import MACHINE
from dispenser.app.selftest.world import World
from dispenser.core.batch import BatchState
from dispenser.core.plan import Ordination
from dispenser.core.replaced import Related
from hal.journal import JournalEntry
from hal.preflight import misfits
from hal.wire import words
from pharmacy_sync.fhir.submission import LineStatus, SubmittedLine
from safety.batch_checks import check_batch
from safety.canister_checks import check_drops, check_fill, check_fills
from safety.findings import Finding
from safety.finished import Proof
from safety.finished_checks import check_closing, check_finished
from safety.fit_checks import check_fit
from safety.guarded import guarded, guarded_or
from safety.label_checks import check_labels
from safety.label_words import Labelled
from safety.order_checks import check_order
from safety.pouch_checks import check_pouch
from safety.rule_batch import check_standing
from safety.site_checks import check_film, check_journal

Findings: TypeAlias = tuple[Finding, ...]


def judge_plans(world: World) -> Findings:
    """Return what is found of the plans, as at intake."""
    findings: list[Finding] = []
    for plan in world.plans.values():
        lines = [_pushed(line) for line in plan.ordinations]
        judged = judged_plan(plan.citizen_id, plan.revision, lines, world.catalogue, world.slots, world.rules)
        findings.extend(judged.findings)
    return tuple(findings)


def _pushed(line: Ordination) -> SubmittedLine:
    return SubmittedLine(line.ordination_id, LineStatus.ACTIVE, "", line, (), "", "")


def judge_batch(world: World) -> Findings:
    """Return what is found of the batch, and what clinical rules hold against it, as when it is planned."""
    checked = guarded(
        world.batch.batch_id,
        check_batch,
        world.batch,
        world.plans,
        world.catalogue,
        world.slots,
        world.neighbours,
        world.limits,
        world.noted,
        world.since,
    )
    objections = (
        finding
        for citizen_id, plan in world.plans.items()
        for finding in check_standing(citizen_id, world.rules.alerts(plan, world.catalogue, world.slots))
    )
    return (*checked, *objections, *_fit(world))


def _fit(world: World) -> Findings:
    """Return the rolls whose labels and parts no machine takes, as when machines are chosen."""
    findings: list[Finding] = []
    for packed in world.packed:
        against = {
            name: [reason for pouch in packed.order.pouches for reason in misfits(pouch, able)]
            for name, able in world.hall.fleet.items()
        }
        findings.extend(guarded(packed.roll.roll_id, check_fit, packed.roll.roll_id, against))
    return tuple(findings)


def judge_orders(world: World) -> Findings:
    """Return what is found of the orders and labels, as before they are sent."""
    findings: list[Finding] = []
    for packed in world.packed:
        roll_id = packed.roll.roll_id
        about = Labelled(packed.roll, packed.identity, world.catalogue, world.slots, packed.packed_on, Related())
        findings.extend(
            guarded(roll_id, check_order, packed.order, packed.roll, packed.identity, world.stock, world.catalogue)
        )
        findings.extend(guarded(roll_id, check_labels, packed.order, about))
        findings.extend(
            guarded(roll_id, check_fills, packed.order, packed.roll, world.known, world.catalogue, world.stock)
        )
    return tuple(findings)


def judge_evidence(world: World) -> Findings:
    """Return what is found in the journals: whether they are whole, and pouch by pouch since its film was last fed."""
    findings: list[Finding] = []
    for packed in world.packed:
        findings.extend(check_journal(MACHINE, None, packed.journal))
        evidence: dict[int, list[JournalEntry]] = {}
        fold = OrderFold(packed.order)
        for entry in packed.journal:
            if entry.kind == words.POUCH_STARTED:
                evidence[entry.pouch] = []
            elif entry.kind == words.DROPPED:
                findings.extend(check_film(MACHINE, entry, fold.open_pouches))
            fold.take(entry)
            evidence.setdefault(entry.pouch, []).append(entry)
        for pouch in packed.order.pouches:
            findings.extend(guarded(str(pouch.number), check_pouch, pouch, evidence.get(pouch.number, ())))
        for one in packed.roll.pouches:
            drops = [drop_of(entry) for entry in evidence.get(one.number, ()) if entry.kind == words.DROPPED]
            findings.extend(
                guarded(str(one.number), check_drops, one.number, one.date, drops, world.known, world.catalogue)
            )
    return tuple(findings)


def judge_canister(world: World) -> Findings:
    """Return what is found of a fill, as before it is registered."""
    pouring = world.pouring
    return guarded(str(pouring.fill.name), check_fill, pouring.fill, pouring.register, world.catalogue, pouring.today)


def judge_finished(world: World) -> Findings:
    """Return what the proof of the packed batch finds, and what speaks against the signature under it."""
    batch_id = world.batch.batch_id
    proof = guarded_or(batch_id, lambda failed: Proof((), failed), check_finished, world.finished)
    return (*proof.findings, *guarded(batch_id, check_closing, proof, BatchState.PACKED, world.signing))
