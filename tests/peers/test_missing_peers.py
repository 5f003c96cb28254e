"""A test without its peer says whose absence it is, and CI never goes without one."""

import pytest

from tests.peers.conftest import miss


def test_a_missing_peer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="somebody's package is not installed"):
        miss("somebody's package")


def test_in_ci_no_peer_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="somebody's package"):
        miss("somebody's package")
