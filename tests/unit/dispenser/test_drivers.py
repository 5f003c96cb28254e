"""A machine whose driver cannot be used is not served, is named with the reason, and the others go on."""

from dispenser.config import Config
from dispenser.main import drivers_of


def test_the_machines_with_a_driver_are_served_and_the_others_named() -> None:
    config = Config(
        machines=(
            {"id": "good", "uri": "opc.tcp://127.0.0.1:4840/"},
            {"id": "strange", "uri": "gopher://x"},
            {"id": "far", "uri": "opc.tcp://10.0.0.1:4840/"},
        )  # type: ignore[arg-type]  # read as from a settings file
    )
    drivers, findings = drivers_of(config)
    assert list(drivers) == ["good"]
    told = {finding.subject: finding for finding in findings}
    assert told["strange"].code.id == "DOSE-0622"
    assert "no driver takes gopher://" in told["strange"].text("en")
    assert "ingen driver" in told["strange"].text("da")
