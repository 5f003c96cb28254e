"""The self-test is complete, repeatable, and can fail."""

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import dispenser
from dispenser.app.selftest.chance import chance_of
from dispenser.app.selftest.judge import JUDGES, Judge, blocks, catches
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.kinds import KINDS
from dispenser.app.selftest.run import LEAST_KINDS, KindResult, Missed, SelfTest, run_selftest
from dispenser.app.selftest.world import World, sound_world
from pharmacy_sync import problems
from safety.batch_codes import MISSING_DOSE
from safety.check import Check
from safety.codes import ALL_CODES
from safety.continuity_codes import PHASE_SHIFT
from safety.findings import Finding, Severity, found
from safety.plan_codes import DOSAGE_ENDS_EARLY, NOT_DISPENSABLE
from safety.registry import CHECKS, raises

PACKAGE = Path(dispenser.__file__).parent
SEVERITIES = {code.id: code.severity for code in (*ALL_CODES, *problems.ALL_CODES)}


def codes_of(check: Check) -> set[str]:
    return {*(code.id for code in check.codes), *check.elsewhere}


def can_stop(check: Check) -> bool:
    return any(SEVERITIES[code] in {Severity.PARK, Severity.HOLD, Severity.REFUSE} for code in codes_of(check))


@pytest.fixture(scope="module")
def worlds() -> tuple[World, ...]:
    return tuple(sound_world(chance_of("unit", number)) for number in range(30))


def seeded(kind: Kind, worlds: tuple[World, ...]) -> Fault:
    faults = (kind.seed(chance_of(kind.name, place), world) for place, world in enumerate(worlds))
    fault = next((one for one in faults if one is not None), None)
    assert fault is not None, f"{kind.name} finds no place in {len(worlds)} worlds"
    return fault


def test_there_are_many_kinds_each_with_a_name_of_its_own() -> None:
    assert len(KINDS) >= 300
    assert len({kind.name for kind in KINDS}) == len({kind.what for kind in KINDS}) == len(KINDS)
    assert {kind.part for kind in KINDS} == set(Part) == set(JUDGES)


def test_every_kind_names_checks_that_run_where_it_is_seeded() -> None:
    by_id = {check.id: check for check in CHECKS}
    for kind in KINDS:
        assert kind.checks, kind.name
        assert [check for check in kind.checks if kind.stage not in by_id[check].stages] == [], kind.name


def test_every_check_stops_something() -> None:
    assert [check.id for check in CHECKS if not can_stop(check)] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_catches_a_fault_by_itself(check: Check, worlds: tuple[World, ...]) -> None:
    naming = [kind for kind in KINDS if check.id in kind.checks]
    assert naming
    for kind in naming:
        fault = seeded(kind, worlds)
        if catches(replace(kind, checks=(check.id,)), fault, JUDGES[kind.part](fault.world)):
            return
    pytest.fail(f"no kind that names {check.id} is caught by it")


def imported(file: Path, package: str) -> set[str]:
    """Names that a file imports from `package`."""
    nodes = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    return {name.name for node in nodes if (node.module or "").startswith(f"{package}.") for name in node.names}


def test_every_check_that_the_product_asks_is_asked() -> None:
    """What runs inside another check, or is asked through a use case, is asked with it."""
    inside = {"check_plan", "judge", "check_roll", "verify_roll", "check_slots", "check_start", "check_reason"}
    # Questions about a dosage are answered, nothing is packed by them.
    answers = {"judge_dosage"}
    app = [file for folder in ("app", "store") for file in (PACKAGE / folder).glob("*.py")]
    checks = {name for file in app for name in imported(file, "safety") if re.match(r"check_|judge|verify_", name)}
    asked = {name for file in (PACKAGE / "app" / "selftest").glob("judge*.py") for name in imported(file, "safety")}
    assert checks - asked == inside | answers


@pytest.mark.parametrize("part", Part, ids=lambda part: part.name)
def test_what_is_not_judged_is_not_caught(part: Part) -> None:
    kinds = [kind for kind in KINDS if kind.part is part]
    done = run_selftest(1, 1, (), kinds, {part: lambda _: ()})
    assert done.caught == 0
    assert done.seeded == done.kinds == len(kinds)
    assert not done.passed


def without(check: Check, judge: Judge) -> Judge:
    """A judge that has forgotten one check."""

    def judged(world: World) -> tuple[Finding, ...]:
        return tuple(finding for finding in judge(world) if not raises(check, finding.code.id))

    return judged


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_without_a_check_its_faults_are_told_as_not_caught(check: Check) -> None:
    kinds = [kind for kind in KINDS if kind.checks == (check.id,)][:6]
    assert kinds
    judges: Mapping[Part, Judge] = {kind.part: without(check, JUDGES[kind.part]) for kind in kinds}
    done = run_selftest(1, 1, (), kinds, judges)
    assert [result.kind.name for result in done.results if result.missed] == [kind.name for kind in kinds]
    assert not done.passed


def test_other_checks_findings_do_not_count() -> None:
    kind = next(kind for kind in KINDS if kind.name == "content-dropped")
    done = run_selftest(1, 2, (), [replace(kind, checks=("C14",))], {Part.BATCH: JUDGES[Part.BATCH]})
    assert [len(result.missed) for result in done.results] == [2]
    assert {"DOSE-0201"} <= set(done.results[0].missed[0].codes)


def test_a_kind_that_finds_no_place_does_not_pass_in_silence() -> None:
    kind = Kind("nowhere", "a fault that fits nowhere", Part.SITE, ("S1",), lambda _, __: None)
    kinds = [*KINDS[:LEAST_KINDS], kind]
    done = run_selftest(1, 1, (), kinds)
    assert (done.kinds, done.seeded, done.caught) == (LEAST_KINDS, LEAST_KINDS, LEAST_KINDS)
    assert done.results[-1] == KindResult(kind, 0, ())
    assert not done.passed


def test_too_few_kinds_are_no_self_test() -> None:
    assert not run_selftest(1, 1, (), KINDS[: LEAST_KINDS - 1]).passed
    assert run_selftest(1, 1, (), KINDS[:LEAST_KINDS]).passed


def test_a_sound_world_that_is_stopped_is_told_part_by_part() -> None:
    def strict(_: World) -> tuple[Finding, ...]:
        return (found(MISSING_DOSE, "x"), found(NOT_DISPENSABLE, "line"), found(DOSAGE_ENDS_EARLY, "line"))

    kinds = [kind for kind in KINDS if kind.part is Part.SITE]
    done = run_selftest(1, 1, (), kinds, {Part.SITE: strict, Part.LOTS: JUDGES[Part.LOTS]})
    assert done.worlds == 1
    (block,) = done.false_blocks
    assert (block.what, block.part) == ("world 0", Part.SITE.value)
    assert block.codes == (NOT_DISPENSABLE.id, MISSING_DOSE.id)
    assert not done.passed


def test_only_what_stops_blocks_and_a_parked_line_only_itself() -> None:
    parked = found(NOT_DISPENSABLE, "line-1")
    assert blocks(parked)
    assert blocks(parked, "line-1")
    assert not blocks(parked, "line-2")
    assert blocks(found(MISSING_DOSE, "roll"), "line-2")
    assert blocks(found(PHASE_SHIFT, "roll"))
    assert not blocks(found(DOSAGE_ENDS_EARLY, "line-1"))


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    assert run_selftest(3, 2, (), KINDS[::9]) == run_selftest(3, 2, (), KINDS[::9])
    assert sound_world(chance_of(3, "world", 0)) == sound_world(chance_of(3, "world", 0))
    assert sound_world(chance_of(3, "world", 0)) != sound_world(chance_of(4, "world", 0))


def test_a_kind_is_seeded_alike_whatever_other_kinds_there_are() -> None:
    forgetful: Mapping[Part, Judge] = {part: lambda _: () for part in Part}
    some = KINDS[5:200:20]
    alone = {kind.name: run_selftest(2, 3, (), [kind], forgetful).results for kind in some}
    together = {result.kind.name: (result,) for result in run_selftest(2, 3, (), KINDS[:200], forgetful).results}
    assert alone == {name: together[name] for name in alone}


def test_what_a_run_found_adds_up() -> None:
    kind = KINDS[0]
    results = (
        KindResult(kind, 5, (Missed(kind.name, 1, ()), Missed(kind.name, 4, ("DOSE-0201",)))),
        KindResult(kind, 0, ()),
    )
    done = SelfTest(results, (), 7, 0)
    assert (done.kinds, done.seeded, done.caught, done.passed) == (1, 5, 3, False)


def test_seeding_leaves_the_sound_world_alone(worlds: tuple[World, ...]) -> None:
    world, same = worlds[0], sound_world(chance_of("unit", 0))
    for kind in KINDS:
        kind.seed(chance_of(kind.name), world)
    assert world == same
