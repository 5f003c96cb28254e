"""Signatures under packed batches, with the proof that was looked at: append-only, one for a batch."""

from sqlalchemy import insert, select

from dispenser.core.batch import Closing
from dispenser.core.ids import BatchId
from dispenser.store.documents import sha256_of
from dispenser.store.errors import DamagedRecordError
from dispenser.store.repository import Repository
from dispenser.store.tables import CLOSING


class Closings(Repository):
    """Who closed which batch, when, and on which proof."""

    def add(self, batch_id: BatchId, closing: Closing, proof: str) -> str:
        """Keep the signature under a batch and the document of its `proof`; return the SHA-256 of that.

        Raises:
            ConflictError: the batch is closed already or unknown, or nobody signs, or one person twice.
        """
        digest = sha256_of(proof)
        self._run(
            insert(CLOSING).values(
                batch_id=batch_id,
                closed_by=closing.closed_by,
                closed_at=closing.closed_at,
                second=closing.second,
                reason=closing.reason,
                digest=digest,
                proof=proof,
            )
        )
        return digest

    def find(self, batch_id: BatchId) -> Closing | None:
        """Return the signature under a batch, or None."""
        columns = (CLOSING.c.closed_by, CLOSING.c.closed_at, CLOSING.c.second, CLOSING.c.reason)
        row = self._one(select(*columns).where(CLOSING.c.batch_id == batch_id))
        return Closing(**row) if row else None

    def proof(self, batch_id: BatchId) -> str | None:
        """Return the document of the proof on which a batch was closed, or None.

        Raises:
            DamagedRecordError: it is not the one that was stored.
        """
        row = self._one(select(CLOSING.c.proof, CLOSING.c.digest).where(CLOSING.c.batch_id == batch_id))
        if row is None:
            return None
        if sha256_of(row["proof"]) != row["digest"]:
            message = f"the proof of batch {batch_id} is not what was stored"
            raise DamagedRecordError(message)
        return str(row["proof"])
