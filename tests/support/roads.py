"""The fast and the careful road from bytes to a plan line, side by side."""

from pharmacy_sync.fhir.parse import parse_request, parse_request_carefully
from pharmacy_sync.fhir.submission import SubmittedRequest
from pharmacy_sync.problems import RefusedMessageError
from safety.findings import Finding


def same_request(body: bytes) -> None:
    """Compare the two roads on a request put to the address of m1, whatever it is."""
    fast: SubmittedRequest | tuple[Finding, ...]
    careful: SubmittedRequest | tuple[Finding, ...]
    try:
        fast = parse_request(body, "m1")
    except RefusedMessageError as error:
        fast = error.findings
    try:
        careful = parse_request_carefully(body, "m1")
    except RefusedMessageError as error:
        careful = error.findings
    assert fast == careful
    assert repr(fast) == repr(careful), "equal but not the same, such as 1 and 1.0"
