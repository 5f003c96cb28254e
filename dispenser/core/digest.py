"""Rolls as canonical documents, and the hash that freezes a batch."""

import hashlib
import json
from datetime import date

from dispenser.core.acute import Acute
from dispenser.core.batch import Batch
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.pouch import Content, Pouch
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import slot_of, slot_word


def roll_document(roll: Roll) -> str:
    """Return the roll as canonical JSON (sorted keys, no spaces, UTF-8 text); equal rolls give equal documents."""
    document: dict[str, object] = {
        "roll": roll.roll_id,
        "citizen": roll.citizen_id,
        "revision": roll.plan_revision,
        "first": roll.period.first.isoformat(),
        "last": roll.period.last.isoformat(),
        "pouches": [_pouch_document(pouch) for pouch in roll.pouches],
    }
    if roll.acute is not None:
        document["acute"] = roll.acute.value
    return _canonical(document)


def roll_of(document: str) -> Roll:
    """Return the roll that `roll_document` wrote.

    Raises:
        ValueError: not a roll document.
    """
    try:
        parsed = json.loads(document)
        return Roll(
            roll_id=RollId(str(parsed["roll"])),
            citizen_id=CitizenId(str(parsed["citizen"])),
            plan_revision=int(parsed["revision"]),
            period=Period(date.fromisoformat(parsed["first"]), date.fromisoformat(parsed["last"])),
            pouches=tuple(
                Pouch(
                    number=int(pouch["number"]),
                    date=date.fromisoformat(pouch["date"]),
                    slot=slot_of(pouch["slot"]),
                    part=int(pouch["part"]),
                    parts=int(pouch["parts"]),
                    contents=tuple(
                        Content(OrdinationId(str(ordination)), ProductId(str(product)), Quarters(int(quarters)))
                        for ordination, product, quarters in pouch["contents"]
                    ),
                    instruction=str(pouch["instruction"]),
                )
                for pouch in parsed["pouches"]
            ),
            acute=Acute(parsed["acute"]) if "acute" in parsed else None,
        )
    except (KeyError, TypeError) as error:
        message = f"not a roll document: {error!r}"
        raise ValueError(message) from error


def roll_digest(roll: Roll) -> str:
    """Return the SHA-256 of the roll document, 64 hex digits."""
    return hashlib.sha256(roll_document(roll).encode()).hexdigest()


def batch_digest(batch: Batch) -> str:
    """Return the SHA-256, 64 hex digits, over the batch's name, versions, period and every roll document in order."""
    head = _canonical(
        {
            "batch": batch.batch_id,
            "group": batch.group_id,
            "first": batch.period.first.isoformat(),
            "last": batch.period.last.isoformat(),
            "catalogue": batch.catalogue_version,
            "slots": batch.slot_version,
        }
    )
    # A canonical document has no line break in it, so the lines cannot be read in two ways.
    return hashlib.sha256("\n".join([head, *map(roll_document, batch.rolls)]).encode()).hexdigest()


def _pouch_document(pouch: Pouch) -> dict[str, object]:
    return {
        "number": pouch.number,
        "date": pouch.date.isoformat(),
        "slot": slot_word(pouch.slot),
        "part": pouch.part,
        "parts": pouch.parts,
        "contents": [[content.ordination_id, content.product_id, content.quarters] for content in pouch.contents],
        "instruction": pouch.instruction,
    }


def _canonical(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
