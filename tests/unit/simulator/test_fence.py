"""Commands are done once, late ones never, and what a controller acknowledges is kept over power cuts."""

from hal.journal import chain, entry_of
from hal.wire.words import CONFLICT, FENCED, STALE_COMMAND, UNKNOWN_ORDER, WRONG_HEAD, WRONG_MODE, WRONG_STATE
from tests.support.bench import Bench


def codes(reasons: tuple[tuple[str, str], ...]) -> list[str]:
    return [code for code, _ in reasons]


def marks(bench: Bench) -> list[tuple[str, int, str]]:
    head, found = "", []
    for text in bench.machine.journal_after("", 0, 1_000):
        entry = entry_of(text)
        head = chain(head, entry)
        found.append((entry.boot_id, entry.seq, head))
    return found


def test_the_same_command_again_is_answered_again_and_does_nothing() -> None:
    one = Bench()
    assert one.store(one.order(1, [], [])).ok
    assert one.machine.start(1, 1, 1).ok
    assert one.machine.pause(1, 2).ok
    one.wait(1_000)
    before = one.entries()
    assert one.machine.pause(1, 2).ok
    assert one.entries() == before
    first = one.machine.start(1, 3, 9)
    assert codes(first.reasons) == [UNKNOWN_ORDER]
    assert one.store(one.order(9, [])).ok
    assert one.machine.start(1, 3, 9) == first


def test_an_id_never_stands_for_two_things_and_a_late_one_for_nothing() -> None:
    one = Bench()
    assert one.machine.pause(1, 5).ok
    assert codes(one.machine.stop(1, 5).reasons) == [CONFLICT]
    assert codes(one.machine.pause(1, 4).reasons) == [STALE_COMMAND]
    assert codes(Bench().machine.pause(1, 0).reasons) == [STALE_COMMAND]
    assert one.machine.pause(2, 1).ok
    assert codes(one.machine.pause(1, 6).reasons) == [FENCED]


def test_the_last_command_is_kept_over_a_power_cut() -> None:
    one = Bench()
    assert codes(one.machine.start(3, 7, 1).reasons) == [UNKNOWN_ORDER]
    one.cut_power()
    assert one.machine.status_document()["command"] == 7
    assert one.machine.status_document()["epoch"] == 3
    assert codes(one.machine.start(3, 7, 1).reasons) == [UNKNOWN_ORDER]
    assert codes(one.machine.pause(3, 6).reasons) == [STALE_COMMAND]


def test_the_head_is_the_chain_over_all_boots() -> None:
    one = Bench()
    one.give(1, [one.pick(1)], [])
    one.wait_for("Complete")
    assert one.machine.status_document()["journal_head"] == marks(one)[-1][2]
    one.cut_power()
    assert one.machine.status_document()["journal_head"] == marks(one)[-1][2]


def test_an_acknowledgement_goes_forward_only_and_survives() -> None:
    one = Bench()
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    third, last = marks(one)[2], marks(one)[-1]
    assert one.machine.acknowledge(1, *last).ok
    assert one.machine.acknowledge(1, *third).ok
    assert one.machine.acknowledge(1, "", 0, "").ok
    one.cut_power()
    boot_id, seq, head = last
    assert one.machine.status_document()["acknowledged"] == {"boot_id": boot_id, "seq": seq, "head": head}
    assert one.machine.acknowledge(1, *marks(one)[-1]).ok
    assert one.machine.status_document()["acknowledged"] != {"boot_id": boot_id, "seq": seq, "head": head}


def test_a_head_that_is_not_the_machines_own_is_refused() -> None:
    one = Bench()
    boot_id, seq, head = marks(one)[-1]
    for place in (
        (boot_id, seq, "0" * 64),
        (boot_id, seq + 1, head),
        ("other", 1, head),
        ("", 0, head),
        (boot_id, 0, ""),
    ):
        assert codes(one.machine.acknowledge(1, *place).reasons) == [WRONG_HEAD], place
    assert one.machine.status_document()["acknowledged"] == {"boot_id": "", "seq": 0, "head": ""}
    assert one.machine.hello("new", 4).ok
    assert codes(one.machine.acknowledge(3, boot_id, seq, head).reasons) == [FENCED]


def test_orders_are_taken_in_production_alone() -> None:
    one = Bench()
    assert one.machine.set_mode(2).ok
    assert codes(one.store(one.order(1, [])).reasons) == [WRONG_MODE]
    assert codes(one.start(1).reasons) == [WRONG_MODE, UNKNOWN_ORDER]
    one.cut_power()
    assert one.machine.status_document()["mode"] == 2
    assert codes(one.machine.set_mode(7).reasons) == [WRONG_MODE]
    assert one.machine.set_mode(1).ok
    one.give(1, [one.pick(1)])
    assert codes(one.machine.set_mode(3).reasons) == [WRONG_STATE]
