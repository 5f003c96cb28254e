"""Row `fhir`: FHIR bytes to checked plan lines, against fhir.resources and against a parser that checks nothing."""

import hashlib
from functools import cache
from statistics import quantiles
from time import process_time_ns

import orjson
from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir_messages import BREAKS, Message, messages
from harness import SEED, Case, WrongAnswerError, cpu_seconds
from pydantic import ValidationError

from pharmacy_sync.fhir.known import forget
from pharmacy_sync.fhir.parse import parse_request
from pharmacy_sync.problems import RefusedMessageError

PEER_MESSAGES = 600
MESSAGES_BEFORE = 40_000
"""Messages that a service has read, none of them among those of which the reading is timed."""


def _ours(bodies: list[Message]) -> list[bool]:
    return [_taken(body, name) for body, name in bodies]


@cache
def _others() -> list[Message]:
    return messages(MESSAGES_BEFORE, SEED + 1)[0]


def _in_service() -> None:
    """Bring ours into the state of a service that has read other messages and no other."""
    forget()
    _ours(_others())


def _taken(body: bytes, name: str) -> bool:
    try:
        parse_request(body, name)
    except RefusedMessageError:
        return False
    return True


def _peer(bodies: list[Message]) -> list[bool]:
    taken = []
    for body, _ in bodies:
        try:
            MedicationRequest.model_validate_json(body)
        except ValidationError:
            taken.append(False)
        else:
            taken.append(True)
    return taken


def _tails(bodies: list[Message]) -> tuple[float, float]:
    """Return p99 over p50 of the CPU time of one message, of what is taken and of all; each is the best of three.

    A message is new each of the three times.
    """
    passes = []
    for _ in range(3):
        _in_service()
        passes.append([_nanoseconds(body, name) for body, name in bodies])
    times = [min(each) for each in zip(*passes, strict=True)]
    result = []
    for chosen in ([time for time, taken in times if taken], [time for time, _ in times]):
        steps = quantiles(chosen, n=100)
        result.append(round(steps[98] / steps[49], 2))
    return result[0], result[1]


def _nanoseconds(body: bytes, name: str) -> tuple[int, bool]:
    began = process_time_ns()
    taken = _taken(body, name)
    return process_time_ns() - began, taken


def _parse_only(bodies: list[Message]) -> None:
    """Parse and drop, for a parser's results that are kept alive measure the garbage collector."""
    for body, _ in bodies:
        orjson.loads(body)


def case(count: int) -> Case[list[bool]]:
    """Return the workload of `count` messages; what is taken must be exactly what the generator did not break."""
    bodies, sound = messages(count)
    few = bodies[:PEER_MESSAGES]
    forget()
    if _ours(bodies) != sound:
        raise WrongAnswerError("fhir: ours takes a broken message or refuses a sound one")
    if _peer(few) != sound[: len(few)]:
        raise WrongAnswerError("fhir: the peer takes a broken message or refuses a sound one")
    forget()
    first = cpu_seconds(lambda: _ours(bodies))
    again = cpu_seconds(lambda: _ours(bodies))
    tail_sound, tail_all = _tails(bodies[:10_000])
    return Case(
        units=count,
        ours=lambda: _ours(bodies),
        peer=lambda: _peer(few),
        limit=lambda: _parse_only(bodies),
        oracle=list,
        peer_units=len(few),
        ours_for_peer=lambda: _ours(few),
        before=_in_service,
        notes={
            "unit": "FHIR bytes to a checked plan line with digest, new messages to a service in use",
            "peer": "fhir.resources R4B, model_validate_json",
            "limit": "orjson.loads, which checks nothing",
            "messages_before": MESSAGES_BEFORE,
            "bytes_per_message": sum(len(body) for body, _ in bodies) // count,
            "broken": f"{count - sum(sound)} in {len(BREAKS)} ways; refused by ours, by the peer, and nothing else",
            "ours_per_s_when_nothing_is_known": round(count / first, 1),
            "ours_per_s_when_all_is_known": round(count / again, 1),
            "p99_over_p50_of_sound": tail_sound,
            "p99_over_p50_of_all": tail_all,
            "input_sha256": hashlib.sha256(b"".join(body for body, _ in bodies)).hexdigest()[:16],
        },
    )
