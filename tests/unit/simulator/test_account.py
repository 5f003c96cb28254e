"""What a machine reported beside what is true, pouch by pouch."""

from simulator.account import accounts
from simulator.injection import injection_of
from simulator.watch import Seen, WatchedMemory
from tests.support.bench import Bench


def test_a_wrong_pouch_that_was_reported_packed_stands_out() -> None:
    one = Bench(camera=False)
    assert one.machine.inject(injection_of("double_unseen", {"bay": "1"})).ok
    one.give(1, [one.pick(1)], [one.pick(1), one.cell(1)])
    one.wait_for("Complete")
    first, second = accounts(one.memory.lines)
    assert (first.is_wrong, dict(first.counted), dict(first.true)) == (True, {"28100000001": 4}, {"28100000001": 8})
    assert not second.is_wrong
    assert second.counted == second.true == {"28100000001": 4, "28100000003": 2}
    assert first.document()["wrong"] is True
    assert first.truth["pieces"]


def test_a_void_pouch_is_not_wrong_and_says_why() -> None:
    one = Bench()
    one.machine.inject(injection_of("jam", {"bay": "1"}))
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    jammed, made_again = accounts(one.memory.lines)
    assert (jammed.outcome, jammed.reason, jammed.is_wrong) == ("void", "jam", False)
    assert (made_again.outcome, made_again.inspected) == ("packed", "pass")


def test_a_watched_memory_counts_from_the_beginning_and_on() -> None:
    one = Bench()
    one.give(1, [one.pick(1)], [one.pick(1)])
    one.wait_for("Complete")
    seen = Seen()
    memory = WatchedMemory(one.memory, seen)
    assert (seen.packed, seen.void, seen.wrong) == (2, 0, 0)
    assert [pouch.film for pouch in seen.last] == [2, 1]
    assert seen.pouch(1) is seen.last[1]
    assert seen.pouch(9) is None
    memory.append(['{"note":{}}'])
    assert memory.read()[-1] == '{"note":{}}'
