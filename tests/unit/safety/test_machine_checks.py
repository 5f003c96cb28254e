"""Whether a machine and our record know the same journal, and whether it may be taken back into service."""

from dataclasses import replace

import pytest

from hal.journal import NOTHING, Cursor, Mark
from hal.status import MachineStatus, OrderState, OrderStatus, PackMLState
from safety.findings import Finding
from safety.site_checks import (
    check_at_rest,
    check_driver,
    check_given_up,
    check_head,
    check_mark,
    check_witness,
)


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, dict[str, str]]]:
    return [(finding.code.id, finding.subject, dict(finding.details)) for finding in findings]


TOLD = Mark(Cursor("b1", 7), "aa" * 32)


def test_a_machine_that_another_database_has_told_of_its_journal() -> None:
    assert check_mark("m1", NOTHING, None) == ()
    assert check_mark("m1", TOLD, TOLD.head) == ()
    for head in (None, "", "bb" * 32):
        assert told(check_mark("m1", TOLD, head)) == [("DOSE-0619", "m1", {"machine": "m1", "place": "b1/7"})]


def test_a_machine_that_was_sent_more_than_the_database_knows() -> None:
    assert check_witness("m1", 6, 7) == ()
    for sent in (7, 19):
        details = {"machine": "m1", "sent": str(sent), "known": "6"}
        assert told(check_witness("m1", sent, 7)) == [("DOSE-0624", "m1", details)]


def test_a_journal_that_is_not_the_one_that_was_read() -> None:
    other = replace(TOLD, head="bb" * 32)
    assert check_head("m1", TOLD, TOLD) == ()
    assert told(check_head("m1", TOLD, other)) == [("DOSE-0620", "m1", {"machine": "m1", "place": "b1/7"})]
    # About different entries nothing can be said.
    assert check_head("m1", TOLD, replace(other, cursor=Cursor("b1", 8))) == ()


def test_a_journal_of_which_a_machine_has_forgotten_something() -> None:
    read = replace(TOLD, cursor=Cursor("b1", 9))
    assert check_head("m1", read, TOLD, Cursor("b1", 7)) == ()
    assert check_head("m1", read, TOLD, Cursor("b0", 8)) == ()
    assert told(check_head("m1", read, TOLD, Cursor("b1", 8))) == [
        ("DOSE-0620", "m1", {"machine": "m1", "place": "b1/8"})
    ]


@pytest.mark.parametrize("state", list(OrderState))
def test_a_machine_that_is_to_serve_again_is_at_rest(state: OrderState) -> None:
    orders = (OrderStatus(3, "o3", "d", OrderState.ENDED, 9), OrderStatus(4, "o4", "d", state, 1))
    status = MachineStatus(PackMLState.EXECUTE, "b1", 7, 4, 30, 1, orders, (), 60)
    live = state in {OrderState.LOADED, OrderState.RUNNING, OrderState.HELD}
    expected = [("DOSE-0621", "m1", {"machine": "m1", "order": "4"})] if live else []
    assert told(check_at_rest("m1", status)) == expected


def test_a_machine_in_service_is_not_signed_for() -> None:
    assert check_given_up("m1", is_served=False) == ()
    assert told(check_given_up("m1", is_served=True)) == [("DOSE-0625", "m1", {"machine": "m1"})]


def test_a_machine_whose_driver_cannot_be_used() -> None:
    assert check_driver("m1", "") == ()
    assert told(check_driver("m1", "it is gone")) == [("DOSE-0622", "m1", {"machine": "m1", "detail": "it is gone"})]
