"""Every check of the kit can fail: a sound driver passes all, and for each check one broken driver does not."""

import pytest

from hal.conformance.check import Check, CheckResult, Level, Verdict
from hal.conformance.suite import CHECKS, chosen, run_checks
from tests.conformance import broken_cuts, broken_links, broken_orders, broken_proofs, broken_turns
from tests.conformance.quick import quickly
from tests.conformance.sound import bench

PARTS = (broken_links.BROKEN, broken_cuts.BROKEN, broken_orders.BROKEN, broken_proofs.BROKEN, broken_turns.BROKEN)
BROKEN = {name: broken for part in PARTS for name, broken in part.items()}


def test_a_sound_driver_passes_every_check() -> None:
    told: list[CheckResult] = []
    results = quickly(run_checks(bench(), told=told.append))
    assert [str(result) for result in results if not result.passed] == []
    assert [result.id for result in results] == [check.id for check in CHECKS]
    assert list(results) == told


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_can_fail(check: Check) -> None:
    build, detail = BROKEN[check.id]
    result = quickly(check(bench(build)))
    assert result.verdict is Verdict.FAILED
    assert detail in result.detail


def test_every_broken_driver_belongs_to_a_check() -> None:
    assert BROKEN.keys() == {check.id for check in CHECKS}
    assert sum(map(len, PARTS)) == len(BROKEN)


def test_every_check_has_an_id_of_its_own_and_titles_in_two_languages() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.title and check.title_da and check.title != check.title_da for check in CHECKS)


def test_there_are_checks_of_every_level() -> None:
    counts = {level: len(chosen([level])) for level in Level}
    assert sum(counts.values()) == len(CHECKS)
    assert all(counts.values())
    assert counts[Level.WIRE] + counts[Level.BEHAVIOUR] >= 64
