"""What the journal tells of a pouch, what really fell, and what goes wrong on the way."""

import hashlib
from datetime import UTC, datetime

import pytest

from hal.journal import document_of as entry_document
from hal.journal import entry_of
from hal.wire.words import ALARM_EMPTY, ALARM_INSPECTION, ALARM_JAM, ALARM_NO_DROP, ALARM_SEAL
from simulator import faults
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.recall import MemoryDamagedError
from tests.support.bench import Bench


def _with(monkeypatch: pytest.MonkeyPatch, **rates: float) -> None:
    profiles = {**faults.PROFILES, "none": faults.FaultProfile(**rates)}
    monkeypatch.setattr("simulator.machine.PROFILES", profiles)


def test_a_pouch_leaves_its_entries_in_order() -> None:
    one = Bench()
    one.give(3, [], [one.pick(2, 2), one.cell(4, 3)])
    one.wait_for("Complete")
    entries = [entry for entry in one.entries() if entry["pouch"] == 1]
    digest = hashlib.sha256(b"S1\nline").hexdigest()
    assert [(entry["kind"], entry["fields"]) for entry in entries] == [
        ("PouchStarted", {"film": 2}),
        (
            "Dropped",
            {
                "bay": 2,
                "canister": "K2",
                "fill": "F2",
                "product": "28100000002",
                "commanded": 2,
                "counted": 2,
                "ms": entries[1]["fields"]["ms"],
            },
        ),
        ("Dropped", {"cell": 4, "product": "28100000003", "commanded": 3, "counted": 3, "ms": 0}),
        ("Sealed", {"film": 2, "temperature_dc": entries[3]["fields"]["temperature_dc"]}),
        ("Printed", {"film": 2, "digest": digest}),
        ("Inspected", {"film": 2, "result": "pass", "read": "S1"}),
        ("PouchClosed", {"film": 2, "outcome": "packed", "reason": ""}),
    ]
    assert 1_430 <= entries[3]["fields"]["temperature_dc"] <= 1_470
    assert 80 < entries[1]["fields"]["ms"] < 160
    assert all(entry["order"] == 3 for entry in entries)
    truth = one.truth()
    pieces = truth[1].pop("pieces")
    assert isinstance(pieces, list)
    assert [(product, quarters) for product, quarters, *_ in pieces] == [
        *[("28100000002", 4)] * 2,
        ("28100000003", 3),
    ]
    assert all(0 <= x < 1_000 and 0 <= y < 1_000 and 0 <= turn < 360 for _, _, x, y, turn in pieces)
    assert truth[0].pop("pieces") == []
    assert [(one.pop("print"), one.pop("faults")) for one in truth] == [("good", [])] * 2
    assert truth == [
        {"order": 3, "pouch": 0, "film": 1, "outcome": "packed", "contents": {}, "symbol": "S0"},
        {
            "order": 3,
            "pouch": 1,
            "film": 2,
            "outcome": "packed",
            "contents": {"28100000002": 8, "28100000003": 3},
            "symbol": "S1",
        },
    ]
    assert one.machine.bays_documents()[1]["units"] == 498


def test_fifty_six_pouches_take_as_many_seconds_and_a_warm_up() -> None:
    one = Bench(warm_up_ms=5_000)
    one.give(1, *([one.pick(1)] for _ in range(56)))
    one.wait_for("Complete")
    assert 56_000 + 5_000 <= one.machine.now_ms <= 56_000 + 5_000 + 1_500


def test_entries_are_as_the_contract_writes_them_and_carry_the_machines_clock() -> None:
    one = Bench()
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    texts = one.machine.journal_after("", 0, 1_000)
    assert [entry_document(entry_of(text)) for text in texts] == texts
    stamps = [datetime.fromisoformat(entry_of(text).at) for text in texts]
    assert stamps[0] == datetime(2026, 1, 5, 6, tzinfo=UTC)
    assert stamps == sorted(stamps)


def test_the_journal_is_read_over_boots_from_any_position() -> None:
    one = Bench()
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    first, last = one.machine.boot_id, one.machine.last_seq
    one.cut_power()
    texts = one.machine.journal_after("", 0, 1_000)
    after = one.machine.journal_after
    assert after("no such boot", 7, 1_000) == texts
    assert after(first, 3, 2) == texts[3:5]
    assert after(first, last - 1, 1_000) == texts[last - 1 :]
    assert after(first, last + 99, 1_000) == texts[last:]
    assert after(one.machine.boot_id, one.machine.last_seq, 10) == []
    assert after(first, 0, 0) == []
    assert entry_of(texts[last]).kind == "PowerUp"
    assert entry_of(texts[last]).boot_number == 2
    assert one.machine.total_entries == len(texts)


def test_the_next_started_order_begins_by_itself() -> None:
    one = Bench()
    one.give(1, [one.pick(1)])
    one.give(2, [one.pick(2)])
    one.wait_for("Complete")
    assert one.order_states() == {1: "ended", 2: "ended"}
    assert [entry["fields"]["to"] for entry in one.entries("StateChanged")].count("Execute") == 1


def test_a_miscount_voids_the_film_and_the_pouch_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch, stuck_per_pill=0.2, double_seen_per_pill=0.2)
    one = Bench()
    one.give(1, *([one.pick(1, 2), one.cell(number, 1)] for number in range(1, 21)))
    one.wait_for("Complete")
    packed = [number for number, outcome, _ in one.outcomes() if outcome == "packed"]
    assert packed == list(range(20))
    assert {reason for _, outcome, reason in one.outcomes() if outcome == "void"} == {"miscount"}
    wrong = [entry for entry in one.entries("Dropped") if entry["fields"]["commanded"] != entry["fields"]["counted"]]
    assert len(wrong) == len(one.outcomes()) - 20 > 3
    right = {"28100000001": 8, "28100000003": 1}
    assert all((one_["contents"] == right) == (one_["outcome"] == "packed") for one_ in one.truth())
    assert [one_["film"] for one_ in one.truth()] == list(range(1, len(one.outcomes()) + 1))
    fell = sum(one_["contents"].get("28100000001", 0) for one_ in one.truth())
    assert one.machine.bays_documents()[0]["units"] == 500 - fell // 4


@pytest.mark.parametrize(
    ("rates", "alarm", "reason"),
    [
        ({"double_seen_per_pill": 1.0}, ALARM_NO_DROP, "miscount"),
        ({"seal_low_per_pouch": 1.0}, ALARM_SEAL, "seal temperature"),
        ({"camera_false_reject": 1.0}, ALARM_INSPECTION, "inspection reject"),
    ],
)
def test_three_bad_films_hold_the_machine_until_somebody_comes(
    monkeypatch: pytest.MonkeyPatch, rates: dict[str, float], alarm: str, reason: str
) -> None:
    _with(monkeypatch, **rates)
    one = Bench()
    one.give(1, [one.pick(1)])
    one.wait_for("Held")
    assert one.outcomes() == [(0, "void", reason)] * 3
    assert one.alarms() == [alarm]
    assert one.order_states() == {1: "held"}
    assert not one.machine.command("Unhold").ok
    one.wait(one.spec.clear_ms - 100)
    assert one.machine.state == "Unholding"
    assert one.alarms() == []
    one.wait_for("Execute")
    assert one.order_states() == {1: "running"}


def test_a_jam_voids_the_pouch_and_holds_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    _with(monkeypatch, jam_per_drop=0.2)
    one = Bench(seed=5)
    one.give(1, *([one.pick(1)] for _ in range(12)))
    one.wait_for("Held")
    assert one.alarms() == [ALARM_JAM]
    assert one.outcomes()[-1][1:] == ("void", "jam")
    one.wait_for("Complete")
    assert [number for number, outcome, _ in one.outcomes() if outcome == "packed"] == list(range(12))


def test_an_empty_canister_ends_the_order_because_its_fill_is_gone() -> None:
    one = Bench()
    for number in range(1, 4):
        one.give(number, *([one.pick(1, 8)] for _ in range(20)))
        one.wait_for("Complete")
    one.give(4, *([one.pick(1, 7), one.pick(2)] for _ in range(5)))
    assert one.store(one.order(5, [one.pick(1)])).ok
    one.wait_for("Held")
    assert one.alarms() == [ALARM_EMPTY]
    assert one.outcomes()[-1] == (2, "void", "canister empty")
    assert one.machine.bays_documents()[0]["units"] == 0
    one.wait_for("Complete")
    assert one.order_states()[4] == "interrupted"
    assert one.order_states()[5] == "interrupted"
    bay = one.machine.bays_documents()[0]
    assert (bay["fill_code"], bay["units"]) == ("F1-2", 500)
    changed = one.entries("BayChanged")[-1]["fields"]
    assert changed == {"bay": 1, "canister": "K1", "fill": "F1-2", "product": "28100000001", "units": 500}
    one.give(6, [one.pick(1, 7), one.pick(2)])
    one.wait_for("Complete")
    assert one.order_states()[6] == "ended"


def test_a_low_canister_is_refilled_once_no_order_needs_it() -> None:
    one = Bench()
    for number in range(1, 3):
        one.give(number, *([one.pick(1, 8)] for _ in range(25)))
    one.wait_for("Complete")
    assert one.machine.bays_documents()[0]["units"] == 100
    one.wait(one.spec.refill_ms)
    assert one.machine.bays_documents()[0]["fill_code"] == "F1-2"
    assert one.machine.bays_documents()[1]["fill_code"] == "F2"


def test_an_order_waiting_for_an_exchanged_canister_is_never_packed() -> None:
    one = Bench()
    one.give(1, [one.pick(1)])
    one.machine._bays.refill(1)
    one.wait(60_000)
    assert one.order_states() == {1: "interrupted"}
    assert one.outcomes() == []


def test_power_loss_in_a_pouch_closes_it_void_with_what_had_fallen() -> None:
    one = Bench()
    one.give(1, [one.pick(1, 3), one.pick(2)], [one.pick(2)])
    one.wait_for("Execute")
    one.wait(300)
    units = one.machine.bays_documents()[0]["units"]
    one.cut_power()
    assert one.outcomes() == [(0, "void", "power loss")]
    assert one.truth()[0]["contents"] == {"28100000001": 12}
    assert [entry["kind"] for entry in one.entries()][-3:] == ["PowerUp", "PouchClosed", "OrderChanged"]
    assert one.machine.bays_documents()[0]["units"] == units == 497
    one.give(2, [one.pick(2)])
    one.wait_for("Complete")
    assert one.truth()[-1]["film"] == 2


def test_without_a_camera_nothing_is_inspected() -> None:
    one = Bench(camera=False)
    one.give(1, [one.pick(1)])
    one.wait_for("Complete")
    assert one.entries("Inspected") == []
    assert one.outcomes() == [(0, "packed", "")]


def test_the_same_seed_is_the_same_run() -> None:
    logs = []
    for seed in (1, 1, 2):
        one = Bench(profile="stress", seed=seed)
        one.give(1, *([one.pick(1, 2)] for _ in range(30)))
        one.wait(600_000)
        logs.append(one.memory.lines)
    assert logs[0] == logs[1] != logs[2]


def test_time_in_one_leap_or_in_steps_is_the_same() -> None:
    one, other = Bench(profile="stress"), Bench(profile="stress")
    for each in (one, other):
        each.give(1, *([each.pick(1, 2)] for _ in range(20)))
    one.wait(200_000)
    for _ in range(2_000):
        other.wait(100)
    assert one.memory.lines == other.memory.lines


def test_another_canister_in_the_fleet_file_is_a_changed_bay() -> None:
    one = Bench()
    spec = Bench(bays=(one.spec.bays[0],)).spec
    again = Machine(spec, InMemory(one.memory.lines))
    assert [bay["number"] for bay in again.bays_documents()] == [1]
    assert entry_of(again.journal_after("", 0, 100)[-1]).fields == {
        "bay": 2,
        "canister": "",
        "fill": "",
        "product": "",
        "units": 0,
    }


@pytest.mark.parametrize("line", ["", "{", "[]", '{"entry":{}}', '{"note":{"epoch":"x"}}', '{"entry":1}'])
def test_a_damaged_log_stops_the_power_up(line: str) -> None:
    one = Bench()
    with pytest.raises(MemoryDamagedError, match="line 4"):
        Machine(one.spec, InMemory([*one.memory.lines, line]))
