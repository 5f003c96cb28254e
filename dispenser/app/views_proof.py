"""The proof of a packed batch: as it is now, or as it was when the batch was closed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from dispenser.app.closing import roll_row, verify_batch
from dispenser.app.records import finding_record
from dispenser.app.services import Services
from dispenser.core.batch import BatchState, Closing
from dispenser.core.ids import BatchId
from dispenser.store.records import FindingRecord

ProofRow = Mapping[str, object]
"""A roll's accounts, as `dispenser.app.closing.roll_row` tells them."""


@dataclass(frozen=True, slots=True)
class ProofPage:
    """Rolls and findings of a proof, and the signature on it; `asked` is false where nobody has asked for it yet."""

    closing: Closing | None
    asked: bool
    rows: tuple[ProofRow, ...] = ()
    findings: tuple[FindingRecord, ...] = ()


def proof_page(services: Services, batch_id: BatchId, *, ask: bool) -> ProofPage | None:
    """Return what there is of a proof, None for a batch that is not packed; `ask` has a packed one verified now.

    Raises:
        NotFoundError: no such batch.
        DamagedRecordError: a document is not the one that was stored.
    """
    with services.database.read() as tx:
        state = tx.batches.get(batch_id).state
        closing = tx.closings.find(batch_id)
        kept = tx.closings.proof(batch_id)
    if kept is not None:
        document = json.loads(kept)
        findings = tuple(FindingRecord(**finding) for finding in document["findings"])
        return ProofPage(closing, asked=True, rows=tuple(document["rolls"]), findings=findings)
    if state is not BatchState.PACKED:
        return None
    if not ask:
        return ProofPage(None, asked=False)
    proof = verify_batch(services, batch_id).proof
    rows = tuple(roll_row(roll) for roll in proof.rolls)
    return ProofPage(None, asked=True, rows=rows, findings=tuple(map(finding_record, proof.findings)))
