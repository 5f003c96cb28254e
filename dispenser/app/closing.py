"""The pharmacist's signature under a packed batch: only on a proof that all four accounts of every dose agree."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from dispenser.app.finished import finished_batch
from dispenser.app.records import finding_record
from dispenser.app.services import Services
from dispenser.core.batch import BatchState, Closing
from dispenser.core.ids import BatchId, RollId
from dispenser.store.documents import canonical
from dispenser.store.records import BatchRecord
from dispenser.store.session import Transaction
from safety import finished_codes
from safety.findings import Finding, found
from safety.finished import Proof, RollProof
from safety.finished_checks import Signing, check_closing, check_finished, units_text
from safety.guarded import guarded, guarded_or


class NotClosableError(Exception):
    """The batch cannot be closed, for all of `findings`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep all `findings`; at least one."""
        super().__init__(
            "; ".join(f"{finding.code.id} {finding.subject}: {finding.text('en')}" for finding in findings)
        )
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class VerifiedBatch:
    """A batch as it stands, the proof of it as of now, and the signature under it if there is one."""

    record: BatchRecord
    proof: Proof
    closing: Closing | None


def verify_batch(services: Services, batch_id: BatchId) -> VerifiedBatch:
    """Return the proof of a batch: what plan, pouches, labels and machines say of every dose, and where they differ.

    Raises:
        NotFoundError: no such batch.
        DamagedRecordError: a document is not the one that was stored.
    """
    with services.database.read() as tx:
        record = tx.batches.get(batch_id)
        return VerifiedBatch(record, _proof(services, tx, batch_id), tx.closings.find(batch_id))


def close_batch(
    services: Services, batch_id: BatchId, who: str, second: str | None = None, reason: str | None = None
) -> BatchRecord:
    """Close a packed batch in the name of `who`, another than who released it; one that is closed already stays so.

    Where pouches are missing, a `second` person looks too, and both answer for a `reason`.

    Raises:
        NotClosableError: with everything that speaks against it; nothing is changed.
        NotFoundError: no such batch.
        DamagedRecordError: a document is not the one that was stored.
    """
    with services.database.read() as tx:
        record = tx.batches.get(batch_id)
        if record.state is BatchState.CLOSED:
            return record
        before = _stands(tx, record)
        # A batch that is being packed need not be read in full to know that it is not packed.
        is_packed = record.state is BatchState.PACKED
        proof = _proof(services, tx, batch_id) if is_packed else Proof((), ())
    signing = Signing(who, second, reason, record.released_by)
    findings = guarded(batch_id, check_closing, proof, record.state, signing)
    if findings:
        raise NotClosableError(findings)
    with services.database.write() as tx:
        if _stands(tx, tx.batches.get(batch_id)) != before:
            raise NotClosableError([found(finished_codes.CHANGED_MEANWHILE, batch_id)])
        now = services.clock.now()
        is_held = bool(proof.held)
        closing = Closing(
            who.strip(),
            now,
            second.strip() if second and is_held else None,
            reason.strip() if reason and is_held else None,
        )
        tx.batches.move(batch_id, BatchState.PACKED, BatchState.CLOSED, who, now)
        digest = tx.closings.add(batch_id, closing, proof_document(proof))
        tx.audit.append(now, closing.closed_by, "batch closed", f"batch/{batch_id}", _detail(closing, proof, digest))
        return tx.batches.get(batch_id)


def _proof(services: Services, tx: Transaction, batch_id: BatchId) -> Proof:
    finished = finished_batch(services, tx, batch_id)
    return guarded_or(batch_id, lambda failed: Proof((), failed), check_finished, finished)


def proof_document(proof: Proof) -> str:
    """Return the proof as canonical JSON: its rolls as `roll_row` tells them, and its findings as they were shown."""
    findings = [asdict(finding_record(finding)) for finding in proof.findings]
    return canonical({"rolls": [roll_row(roll) for roll in proof.rolls], "findings": findings})


def roll_row(proof: RollProof) -> dict[str, object]:
    """Return one roll of a proof as a flat row: numbers of pouches and doses, units as printed."""
    return {
        "roll": proof.roll_id,
        "pouches": proof.pouches,
        "packed": proof.packed,
        "missing": ", ".join(map(str, proof.missing)),
        "discarded": ", ".join(map(str, proof.discarded)),
        "void": proof.void,
        "doses_expected": int(proof.doses.expected),
        "doses_in_pouches": int(proof.doses.pouches),
        "doses_on_labels": int(proof.doses.labels),
        "doses_counted": int(proof.doses.machine),
        "units_expected": units_text(proof.units.expected),
        "units_in_pouches": units_text(proof.units.pouches),
        "units_on_labels": units_text(proof.units.labels),
        "units_counted": units_text(proof.units.machine),
        "proven": proof.proven,
    }


_Stand = tuple[BatchState, tuple[object, ...]]


def _stands(tx: Transaction, record: BatchRecord) -> _Stand:
    """Return everything that may move while a packed batch is being proven."""
    rolls = tx.batches.rolls(record.batch_id)
    citizens = tuple(dict.fromkeys(roll.citizen_id for roll in rolls))
    names: list[RollId] = [roll.roll_id for roll in rolls]
    notes = {citizen_id: len(noted) for citizen_id, noted in tx.notes.of_citizens(citizens).items()}
    revisions = tuple(tx.plans.revision(citizen_id) for citizen_id in citizens)
    return record.state, (rolls, tx.discards.of_rolls(names), notes, revisions, tx.fills.lots())


def _detail(closing: Closing, proof: Proof, digest: str) -> str:
    detail = f"proof {digest}"
    if closing.second is not None:
        missing = "; ".join(f"{finding.subject}: {finding.text('en')}" for finding in proof.held)
        detail += f"; with {closing.second}: {closing.reason}; {missing}"
    return detail
