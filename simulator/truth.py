"""What really fell, told apart from what the machine reports: the oracle of every end-to-end test."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from simulator.logbook import encode
from simulator.state_folder import LOG_NAME, StateFolderError


def truth_documents(lines: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield one document per physical pouch that was closed, in the order of the film.

    Keys: `order`, `pouch`, `film`, `outcome` (packed or void), `contents` (product to quarter units that lie in the
    pouch), `symbol` (as printed; empty when it was not).
    """
    for line in lines:
        if '"truth":' in line:
            truth = json.loads(line).get("truth")
            if truth is not None:
                yield truth


def truth_line(machine_id: str, document: Mapping[str, object]) -> str:
    """Return a truth document as a line of JSON that also names its machine (key `machine`)."""
    return encode({**document, "machine": machine_id})


def read_truth(states: Path, machine_id: str) -> Iterator[dict[str, object]]:
    """Yield the truth documents of one machine, as `truth_documents`.

    Raises:
        StateFolderError: there is no such machine's log, or it cannot be read.
    """
    yield from truth_documents(log_lines(states, machine_id))


def log_lines(states: Path, machine_id: str) -> list[str]:
    """Return the whole lines of one machine's log, each a JSON object.

    Raises:
        StateFolderError: there is no such machine's log, it cannot be read, or holds a line that no machine wrote.
    """
    path = states / machine_id / LOG_NAME
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"no log of machine {machine_id}: {path}: {error.strerror or error}"
        raise StateFolderError(message) from error
    lines = content[: content.rfind(b"\n") + 1].split(b"\n")[:-1]
    for number, line in enumerate(lines, start=1):
        try:
            is_written = isinstance(json.loads(line), dict)
        except ValueError:
            is_written = False
        if not is_written:
            message = f"{path}, line {number}: no line of a machine's log: {line[:80]!r}"
            raise StateFolderError(message)
    return [line.decode() for line in lines]


def machines_in(states: Path) -> list[str]:
    """Return the ids of the machines that have a log in a state folder.

    Raises:
        StateFolderError: the folder cannot be read, or holds no machine's log.
    """
    try:
        found = sorted(path.parent.name for path in states.glob(f"*/{LOG_NAME}"))
    except OSError as error:
        message = f"{states}: {error.strerror or error}"
        raise StateFolderError(message) from error
    if not found:
        message = f"no machine's log in {states}"
        raise StateFolderError(message)
    return found
