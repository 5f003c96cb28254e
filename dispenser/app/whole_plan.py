"""A citizen's whole plan as it stands: every current resource, read again as one bundle, as if pushed at once."""

import json

from dispenser.store.records import CitizenRecord, ResourceRecord
from dispenser.store.session import Transaction
from pharmacy_sync.fhir.parse import parse_bundle, to_submission
from pharmacy_sync.fhir.submission import Submission

PATIENT = "Patient"
REQUEST = "MedicationRequest"


def whole_plan(tx: Transaction, citizen: CitizenRecord) -> Submission:
    """Return all that is known of `citizen`'s medicines.

    Raises:
        RefusedMessageError: the resources do not go together, although each was accepted.
        NotFoundError: there is no such patient resource.
    """
    kinds = (PATIENT, REQUEST)
    records = [record for kind in kinds for record in tx.resources.of_citizen(citizen.citizen_id, kind)]
    # Composed as text: the numbers keep the very digits they were sent with.
    entries = ",".join(_entry(record) for record in records)
    body = f'{{"resourceType":"Bundle","type":"transaction","entry":[{entries}]}}'
    return to_submission(parse_bundle(body.encode()))


def _entry(record: ResourceRecord) -> str:
    url = json.dumps(f"{record.kind}/{record.resource_id}")
    return f'{{"resource":{record.content},"request":{{"method":"PUT","url":{url}}}}}'
