"""A machine whose driver cannot be used is not served, is named with the reason, and the others go on."""

import pytest

from dispenser import main
from dispenser.config import Config, ConfigError
from dispenser.main import drivers_of
from hal.plugins import Plugin, PluginState, discover

BROKEN = Plugin("acme", "acme:DRIVER", PluginState.LOAD_ERROR, None, "ImportError: no acme")


def config(*machines: tuple[str, str]) -> Config:
    return Config(machines=[{"id": name, "uri": uri} for name, uri in machines])  # type: ignore[arg-type]  # as read


def test_an_address_that_no_driver_takes_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ConfigError) as refused:
        drivers_of(config(("good", "opc.tcp://127.0.0.1:4840/"), ("m1", "gopher://x"), ("m2", "packer-1")))
    assert [problem.partition(":")[0] for problem in refused.value.problems] == ["machines.m1", "machines.m2"]


def test_the_machines_with_a_driver_are_served_and_the_others_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "discover", lambda: (BROKEN, *discover()))
    drivers, findings = drivers_of(
        config(("good", "opc.tcp://127.0.0.1:4840/"), ("strange", "acme://x"), ("far", "opc.tcp://10.0.0.1:4840/"))
    )
    assert list(drivers) == ["good"]
    told = {finding.subject: finding for finding in findings}
    assert set(told) == {"strange", "far"}
    assert told["strange"].code.id == "DOSE-0622"
    assert "no driver takes acme://" in told["strange"].text("en")
    assert "acme (load_error)" in told["strange"].text("en")
    assert "ingen driver" in told["strange"].text("da")
    assert "make keys for it first" in told["far"].text("en")
