"""`dispenser safety selftest`: seed faults of every kind, and tell what was caught; the last line is for programs."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter

from dispenser.app.selftest.run import SelfTest, run_selftest
from dispenser.app.selftest.usual_dosages import UsualDosage, usual_dosages
from dispenser.cli.common import print_rows

FAILED = 1


def selftest(seed: int, instances: int, more: Sequence[UsualDosage], *, as_json: bool) -> int:
    """Run the self-test and print it; return the exit code: 0 only when all was caught and nothing sound stopped.

    `more` are dosages that must not be stopped, beside the built-in ones.
    """
    began = perf_counter()
    done = run_selftest(seed, instances, (*usual_dosages(), *more))
    seconds = round(perf_counter() - began, 1)
    if as_json:
        _print_lines(_rows(done))
    else:
        _print_tables(done)
    summary = {
        "kinds": done.kinds,
        "seeded": done.seeded,
        "caught": done.caught,
        "false_blocks": len(done.false_blocks),
        "seconds": seconds,
    }
    _print_lines([summary])
    return 0 if done.passed else FAILED


def _print_lines(rows: Iterable[Mapping[str, object]]) -> None:
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(done: SelfTest) -> Iterable[Mapping[str, object]]:
    """One row for each kind, and one for each sound thing that was stopped."""
    for result in done.results:
        yield {
            "kind": result.kind.name,
            "what": result.kind.what,
            "stage": result.kind.stage.value,
            "checks": list(result.kind.checks),
            "seeded": result.seeded,
            "caught": result.seeded - len(result.missed),
            "missed": [{"world": missed.world, "codes": list(missed.codes)} for missed in result.missed],
        }
    for block in done.false_blocks:
        yield {"false_block": block.what, "part": block.part, "codes": list(block.codes)}


def _print_tables(done: SelfTest) -> None:
    stages = Counter[str]()
    seeded = Counter[str]()
    caught = Counter[str]()
    for result in done.results:
        stage = result.kind.stage.value
        stages[stage] += 1
        seeded[stage] += result.seeded
        caught[stage] += result.seeded - len(result.missed)
    rows = [
        {"stage": stage, "kinds": count, "seeded": seeded[stage], "caught": caught[stage]}
        for stage, count in stages.items()
    ]
    print_rows("faults by stage", rows, as_json=False)
    missed = [
        {
            "kind": result.kind.name,
            "what": result.kind.what,
            "checks": " ".join(result.kind.checks),
            "missed": f"{len(result.missed)} of {result.seeded}",
            "found": " ".join(sorted({code for one in result.missed for code in one.codes})) or None,
        }
        for result in done.results
        if result.missed or not result.seeded
    ]
    print_rows("faults that were not caught", missed, as_json=False)
    stopped = [{"what": block.what, "part": block.part, "codes": " ".join(block.codes)} for block in done.false_blocks]
    print_rows("sound things that were stopped", stopped, as_json=False)
    sys.stdout.write(f"{done.worlds} sound worlds and {done.dosages} usual dosages judged\n")
