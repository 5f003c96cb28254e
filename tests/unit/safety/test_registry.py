"""Codes and checks hang together."""

import re
from importlib import import_module

import pytest

from pharmacy_sync import problems
from safety.check import Stage
from safety.checks_danish import HOLDS
from safety.codes import ALL_CODES
from safety.findings import Overriding, Severity, Verdict, found, verdict_of
from safety.registry import CHECKS, check_of, stages_of


def test_codes_are_unique_and_in_both_languages() -> None:
    assert len({code.id for code in ALL_CODES}) == len(ALL_CODES)
    for code in ALL_CODES:
        assert re.fullmatch(r"DOSE-0[1-9]\d\d", code.id)
        assert all((code.danish, code.english, code.fix_danish, code.fix_english, code.source)), code.id
        # A finding that quotes another has its words in both languages.
        danish, english = code.danish.replace("{danish}", "{quoted}"), code.english.replace("{english}", "{quoted}")
        assert set(re.findall(r"{\w+}", danish)) == set(re.findall(r"{\w+}", english)), code.id


def test_every_code_has_exactly_one_check() -> None:
    raised = [code.id for check in CHECKS for code in check.codes]
    assert sorted(raised) == sorted(code.id for code in ALL_CODES)
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_checks_at_the_edges_name_codes_that_are_raised_there() -> None:
    known = {code.id for code in problems.ALL_CODES}
    for check in CHECKS:
        assert check.codes or check.elsewhere, check.id
        assert set(check.elsewhere) <= known, check.id


def test_every_check_says_where_it_runs() -> None:
    order = list(Stage)
    for check in CHECKS:
        assert check.holds
        assert check.stages, check.id
        assert list(check.stages) == sorted(set(check.stages), key=order.index), check.id


def test_a_code_leads_to_its_check() -> None:
    assert check_of("DOSE-0201").id == "C1"
    with pytest.raises(KeyError):
        check_of("DOSE-0999")


def test_a_code_is_looked_for_where_its_checks_run() -> None:
    assert stages_of("DOSE-0111") == (Stage.INTAKE, Stage.BATCH, Stage.ORDER, Stage.RELEASE)
    assert stages_of("DOSE-1311") == (Stage.INTAKE,)
    assert stages_of("DOSE-0999") == ()


def test_nobody_sets_aside_what_is_refused_or_what_a_machine_cannot_prove() -> None:
    known = (*ALL_CODES, *problems.ALL_CODES)
    aside = {code.id: code.overriding for code in known if code.overriding is not Overriding.NEVER}
    assert not [code.id for code in known if code.severity is Severity.REFUSE and code.id in aside]
    assert not [code for code in aside if code.startswith(("DOSE-03", "DOSE-04", "DOSE-06"))]
    assert aside["DOSE-0106"] is aside["DOSE-0213"] is aside["DOSE-0230"] is aside["DOSE-0232"] is Overriding.PHARMACIST
    assert aside["DOSE-0236"] is Overriding.PHARMACIST
    assert aside["DOSE-0233"] is Overriding.TWO_PERSONS


def test_every_check_names_functions_that_exist() -> None:
    for check in CHECKS:
        for name in check.functions:
            module, _, function = name.rpartition(".")
            assert callable(getattr(import_module(module), function)), name


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ((), Verdict.PASS),
        ((Severity.INFO, Severity.WARN, Severity.PARK), Verdict.PASS),
        ((Severity.WARN, Severity.HOLD), Verdict.HOLD),
        ((Severity.REFUSE, Severity.HOLD), Verdict.REFUSE),
    ],
)
def test_the_worst_finding_decides(severities: tuple[Severity, ...], verdict: Verdict) -> None:
    by_severity = {code.severity: code for code in ALL_CODES}
    info = by_severity[Severity.WARN]
    findings = [found(by_severity.get(severity, info), "x") for severity in severities]
    assert verdict_of(findings) is verdict


def test_texts_are_filled() -> None:
    finding = found(ALL_CODES[0], "line", product="12345678901")
    assert "12345678901" in finding.text("da")
    assert "12345678901" in finding.text("en")
    assert finding.fix("da") != finding.fix("en")


def test_every_check_says_in_danish_what_it_holds() -> None:
    assert set(HOLDS) == {check.id for check in CHECKS}
    assert len(set(HOLDS.values())) == len(HOLDS)
    assert all(HOLDS.values())
