"""`dispenser citizen`: notes go in with name and reason, pouches to destroy come out."""

import pytest

from dispenser.store.session import Database
from tests.support.cli import Command

SIGNED = ("--who", "A. Holm", "--reason", "ringet ind")
PLAN = ("batch", "plan", "--group", "default", "--first", "2026-11-30", "--days", "3", "--who", "A. Holm")


@pytest.fixture
def patient(store: Database) -> str:
    with store.read() as tx:
        (group,) = [group for group in tx.groups.all() if group.group_id == "default"]
        (citizen,) = tx.citizens.in_group(group.group_id)
    return citizen.fhir_id


def test_a_hold_is_noted_listed_and_packed_around(dispenser: Command, site: object, patient: str) -> None:
    ended = dispenser(
        "citizen", "hold", patient, "--first", "2026-12-01", "--last", "2026-12-01", *SIGNED, "--config", site, "--json"
    )
    assert (ended.code, ended.rows) == (0, [])
    (row,) = dispenser("citizen", "list", "--config", site, "--json").rows
    assert (row["citizen"], row["note"], row["first"], row["last"]) == (patient, "hold", "2026-12-01", "2026-12-01")
    assert (row["who"], row["reason"]) == ("A. Holm", "ringet ind")
    (batch,) = dispenser(*PLAN, "--config", site, "--json").rows
    assert (batch["state"], batch["pouches"]) == ("planned", 4)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        (("admit",), "admitted"),
        (("leave", "--moved"), "moved"),
        (("leave", "--dead"), "dead"),
    ],
)
def test_absences_are_noted_and_called_off(
    dispenser: Command, site: object, patient: str, command: tuple[str, ...], kind: str
) -> None:
    name, *flags = command
    arguments = (patient, *flags, "--first", "2026-12-01", *SIGNED, "--config", site, "--json")
    assert dispenser("citizen", name, *arguments).code == 0
    (row,) = dispenser("citizen", "list", "--config", site, "--json").rows
    assert (row["note"], row["last"]) == (kind, None)
    back = ("citizen", "resume", patient, "--first", "2026-12-01", *SIGNED, "--config", site, "--json")
    assert dispenser(*back).code == (3 if kind == "dead" else 0)
    if kind == "dead":
        assert dispenser(*back, "--mistake").code == 0


def test_a_phase_is_confirmed(dispenser: Command, site: object, patient: str, store: Database) -> None:
    with store.read() as tx:
        (plan,) = tx.plans.current_in_group("default")
    product = plan.ordinations[0].product_id
    confirm = ("citizen", "confirm", patient, "--first", "2026-12-08", *SIGNED, "--config", site, "--json")
    (row,) = dispenser(*confirm, "--product", product).rows
    assert row == {"product": product, "first": "2026-12-08", "who": "A. Holm"}
    assert dispenser(*confirm, "--product", "28100000099").code == 3


def test_nothing_packed_is_nothing_to_destroy(dispenser: Command, site: object, patient: str) -> None:
    dispenser(*PLAN, "--config", site)
    ended = dispenser("citizen", "lost", "0000010001", *SIGNED, "--config", site, "--json")
    assert (ended.code, ended.rows) == (0, [])
    assert dispenser("citizen", "discards", patient, "--config", site, "--json").rows == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("hold", "nobody", "--first", "2026-12-01", *SIGNED), 3),
        (("lost", "0000990001", *SIGNED), 3),
        (("discards", "nobody"), 3),
        (("resume", "{patient}", "--first", "2026-12-01", *SIGNED), 3),
        (("hold", "{patient}", "--first", "2026-12-01", "--who", " ", "--reason", "x"), 3),
        (("hold", "{patient}", "--first", "2026-12-01", "--who", "A. Holm"), 2),
        (("hold", "{patient}", "--first", "1. december", *SIGNED), 2),
    ],
)
def test_what_cannot_be_noted_is_refused(
    dispenser: Command, site: object, patient: str, arguments: tuple[str, ...], code: int
) -> None:
    ended = dispenser("citizen", *(one.format(patient=patient) for one in arguments), "--config", site)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.strip()
    assert dispenser("citizen", "list", "--config", site, "--json").rows == []
