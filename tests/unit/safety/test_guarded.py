"""A check that cannot run has failed; what it says of the failure holds nobody's data."""

from collections.abc import Iterable, Iterator
from types import FunctionType

import pytest

from safety.codes import ALL_CODES
from safety.findings import Finding, Overriding, Severity, Verdict, found, verdict_of
from safety.guarded import guarded, guarded_or
from safety.site_codes import CHECK_FAILED

FINDING = found(ALL_CODES[0], "line", product="P")


class OwnError(Exception):
    pass


def sound(*, count: int) -> Iterable[Finding]:
    return [FINDING] * count


def test_what_a_check_finds_goes_through() -> None:
    assert guarded("x", sound, count=0) == ()
    assert guarded("x", sound, count=2) == (FINDING, FINDING)


@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError,
        AttributeError,
        KeyError,
        IndexError,
        RecursionError,
        TypeError,
        ValueError,
        UnicodeDecodeError,
    ],
)
def test_a_check_that_raises_has_failed(error: type[Exception]) -> None:
    def check(secret: str) -> Iterable[Finding]:
        if error is UnicodeDecodeError:
            secret.encode().decode("utf-32")
        raise error(secret)

    (finding,) = guarded("roll 1", check, "0101300001")
    assert (finding.code, finding.subject) == (CHECK_FAILED, "roll 1")
    assert verdict_of([finding]) is Verdict.REFUSE


def test_a_check_that_raises_half_way_has_failed() -> None:
    def check() -> Iterator[Finding]:
        yield FINDING
        raise ValueError

    assert [finding.code.id for finding in guarded("x", check)] == ["DOSE-0600"]


def test_a_failed_check_names_no_values() -> None:
    def check(names: dict[str, str]) -> Iterable[Finding]:
        return [found(ALL_CODES[0], names["Anna Jensen 0101300001"])]

    (finding,) = guarded("x", check, {})
    details = dict(finding.details)
    assert set(details) == {"check", "error"}
    assert details["check"].endswith("test_a_failed_check_names_no_values.<locals>.check")
    kind, _, place = details["error"].partition(" ")
    module, _, line = place.rpartition(":")
    assert (kind, module) == ("KeyError", __name__)
    assert int(line) == check.__code__.co_firstlineno + 1
    assert "Anna" not in finding.text("en") + finding.text("da")


def test_something_that_can_be_called_is_a_check_too() -> None:
    class Check:
        def __call__(self) -> Iterable[Finding]:
            raise ValueError

    (finding,) = guarded("x", Check())
    assert dict(finding.details)["check"].endswith(".Check")


def test_a_check_of_no_module_is_named_by_its_line() -> None:
    def check() -> Iterable[Finding]:
        return () * (1 // 0)

    (finding,) = guarded("x", FunctionType(check.__code__, {}))
    assert dict(finding.details)["error"] == f"ZeroDivisionError :{check.__code__.co_firstlineno + 1}"


def test_other_failures_are_not_swallowed() -> None:
    def check() -> Iterable[Finding]:
        raise OwnError

    with pytest.raises(OwnError):
        guarded("x", check)


def test_nobody_sets_a_failed_check_aside() -> None:
    assert CHECK_FAILED.severity is Severity.REFUSE
    assert CHECK_FAILED.overriding is Overriding.NEVER


def test_a_check_that_returns_something_else_has_failed_too() -> None:
    def proof(count: int) -> list[int]:
        return [1 // count]

    failures: list[Finding] = []

    def failed(findings: tuple[Finding, ...]) -> list[int]:
        failures.extend(findings)
        return [0]

    assert guarded_or("x", failed, proof, 1) == guarded_or("x", failed, proof, count=1) == [1]
    assert guarded_or("batch 1", failed, proof, 0) == [0]
    (finding,) = failures
    assert (finding.code, finding.subject) == (CHECK_FAILED, "batch 1")
    assert dict(finding.details)["error"].startswith(f"ZeroDivisionError {__name__}:")
