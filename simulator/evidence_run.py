"""The evidence of a finished run, out of a machine's folder: its log, and its recording when there is one."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from simulator import capabilities
from simulator.account import PouchAccount, accounts
from simulator.evidence import Exhibit, Origin, alarms_told, counts_of, facts_of_run, in_question, log_digest
from simulator.recording import Run, RunDamagedError, first_difference, replay
from simulator.run_file import RUN_NAME, read_run
from simulator.scenario_verdicts import Verdict
from simulator.truth import log_lines


def exhibit_of_folder(states: Path, machine_id: str, origin: Origin) -> Exhibit:
    """Return what the run in a machine's folder proves.

    Raises:
        StateFolderError: there is no such machine's log, or it cannot be read.
        RunDamagedError: its recording is none.
    """
    folder = states / machine_id
    lines = log_lines(states, machine_id)
    try:
        return _exhibit(folder, lines, origin)
    except RunDamagedError as error:
        message = f"{folder}: {error}"
        raise RunDamagedError(message) from error


def _exhibit(folder: Path, lines: Sequence[str], origin: Origin) -> Exhibit:
    machine_id = folder.name
    run = read_run(folder)[0] if (folder / RUN_NAME).exists() else None
    found = tuple(accounts(lines))
    entries = [document["entry"] for document in map(json.loads, lines) if "entry" in document]
    verdicts = (*_of_log(entries, found), *(_of_recording(run, lines) if run is not None else ()))
    if run is not None:
        recorded = (("recorded with", f"{run.version} {run.commit}"),)
        facts = (*facts_of_run(run.spec, origin, lines), *recorded)
    else:
        facts = (("machine", machine_id), ("recording", "none"), ("log digest", log_digest(lines)))
    return Exhibit(
        name=machine_id,
        title_da=f"Kørsel af {machine_id}",
        title_en=f"Run of {machine_id}",
        about_da="",
        about_en="",
        facts=facts,
        verdicts=tuple(verdicts),
        counts=counts_of(found, len(lines)),
        pouches=in_question(found, {one.film for one in found if one.is_wrong}),
        seed=run.spec.seed if run is not None else 0,
        elapsed_ms=_elapsed(run),
        products=run.spec.products if run is not None else (),
        alarms=alarms_told(capabilities.document(run.spec), entries) if run is not None else (),
    )


def last_day(states: Path, machine_ids: Sequence[str]) -> str:
    """Return the day of the newest entry in the logs, by the machines' own clocks.

    Raises:
        StateFolderError: as `exhibit_of_folder`.
    """
    days = [""]
    for machine_id in machine_ids:
        for line in reversed(log_lines(states, machine_id)):
            entry = json.loads(line).get("entry")
            if entry is not None:
                days.append(entry["at"][:10])
                break
    return max(days)


def _of_log(entries: Sequence[Mapping[str, Any]], found: Sequence[PouchAccount]) -> Iterator[Verdict]:
    gaps = [
        f"{boot}: {other['seq']} after {one['seq']}"
        for boot, of_boot in groupby(entries, key=lambda entry: entry["boot"])
        for one, other in pairwise(of_boot)
        if other["seq"] != one["seq"] + 1
    ]
    yield _none("journal without a gap", gaps)
    packed = Counter((one.order, one.pouch) for one in found if one.outcome == "packed")
    yield _none("packed twice", [f"order {pair[0]} pouch {pair[1]}" for pair, count in packed.items() if count > 1])
    wrong = [f"order {one.order} pouch {one.pouch} film {one.film}" for one in found if one.is_wrong]
    yield _none("reported as packed and other than counted", wrong)


def _of_recording(run: Run, lines: Sequence[str]) -> Iterator[Verdict]:
    difference = first_difference(lines, replay(run, lines))
    same = "the same log, byte for byte"
    yield Verdict("done again from its recording", same, difference or same, not difference)


def _none(name: str, found: Sequence[str]) -> Verdict:
    return Verdict(name, "none", ", ".join(found) or "none", not found)


def _elapsed(run: Run | None) -> int:
    moments = [int(str(event.get("ms", event.get("down", 0)))) for event in run.events] if run is not None else []
    return max(moments, default=0)
