"""Every hazard leads to faults that are seeded for its checks, and every check that stops anything has some."""

from dispenser.app.risk_file import risk_file, risk_rows
from dispenser.app.selftest.kinds import KINDS
from safety.check import Stage
from safety.findings import Severity
from safety.registry import CHECKS


def test_every_check_that_stops_anything_has_a_seeded_fault() -> None:
    without = [
        entry.check.id
        for entry in risk_file().checks
        if not entry.faults and any(code.severity.value >= Severity.PARK.value for code in entry.codes)
    ]
    assert without == []


def test_every_seeded_fault_is_for_checks_that_exist() -> None:
    known = {check.id for check in CHECKS}
    assert [kind.name for kind in KINDS if not set(kind.checks) <= known] == []


def test_every_stage_has_checks_and_seeded_faults() -> None:
    assert {stage for check in CHECKS for stage in check.stages} == set(Stage)
    assert {kind.stage for kind in KINDS} == set(Stage)


def test_every_hazard_has_seeded_faults() -> None:
    rows = risk_rows(risk_file())
    assert [row["hazard"] for row in rows if not row["seeded_faults"]] == []
    assert rows[0]["hazard"] == "H01"
