"""What a machine takes in, and every reason it gives when it does not."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hal.documents import capabilities_of
from hal.orders import BayPick, PouchOrder, digest_of, document_of
from hal.status import capabilities_digest
from hal.wire.words import (
    BAD_DOCUMENT,
    CONFLICT,
    FENCED,
    LABEL_TOO_LARGE,
    QUEUE_FULL,
    STALE_JOB,
    TOO_MANY_POUCHES,
    TOO_MANY_UNITS,
    UNKNOWN_CELL,
    UNKNOWN_ORDER,
    WRONG_CANISTER,
    WRONG_CAPABILITIES,
    WRONG_STATE,
)
from simulator.machine import Answer
from tests.support.bench import Bench

Change = Callable[[dict[str, Any]], object]


def _codes(answer: Answer) -> list[str]:
    assert answer.ok == (not answer.reasons)
    return [code for code, _ in answer.reasons]


def test_capability_document_is_what_the_contract_reads() -> None:
    one = Bench()
    capabilities = capabilities_of(json.dumps(one.machine.capabilities_document()))
    assert capabilities_digest(capabilities) == one.order(1, []).capabilities_digest


def test_an_order_is_taken_in_and_nothing_moves() -> None:
    one = Bench()
    order = one.order(1, [], [one.pick(1)])
    assert one.store(order).ok
    one.wait(60_000)
    assert one.machine.state == "Stopped"
    assert one.order_states() == {1: "loaded"}
    assert one.machine.status_document()["orders"] == [
        {"number": 1, "order_id": "order-1", "digest": digest_of(order), "state": "loaded", "closed": 0}
    ]


def test_every_reason_is_answered_at_once() -> None:
    one = Bench(tray_cells=4, pouch_units=3, order_pouches=2, print_lines=2, print_columns=5)
    one.machine.hello("new", 9)
    wrong = (BayPick(1, "K1", "F0", "28100000001", 1), BayPick(7, "K7", "F7", "28100000007", 1))
    order = one.order(1, [], [one.pick(1, 4)], [one.cell(5)], wrong, epoch=8)
    label = PouchOrder(9, "S", ("a", "b", "c" * 6), ())
    order = replace(order, capabilities_digest="old", pouches=(*order.pouches, label))
    answer = one.store(order)
    assert _codes(answer) == [
        FENCED,
        WRONG_CAPABILITIES,
        TOO_MANY_POUCHES,
        TOO_MANY_UNITS,
        UNKNOWN_CELL,
        WRONG_CANISTER,
        WRONG_CANISTER,
        LABEL_TOO_LARGE,
        LABEL_TOO_LARGE,
    ]
    details = " ".join(detail for _, detail in answer.reasons)
    assert "bay 1 holds K1/F1/28100000001, ordered K1/F0/28100000001" in details
    assert "bay 7 holds no canister" in details
    assert one.machine.status_document()["high_water"] == 0


def test_a_part_of_a_unit_takes_the_room_of_one() -> None:
    one = Bench(pouch_units=2)
    assert one.store(one.order(1, [one.pick(1), one.cell(1, 1)])).ok
    assert _codes(one.store(one.order(2, [one.pick(1), one.cell(1, 5)]))) == [TOO_MANY_UNITS]


def test_the_same_order_again_is_no_second_effect() -> None:
    one = Bench()
    order = one.give(1, [], [one.pick(1)])
    one.wait_for("Complete")
    before = one.entries()
    assert one.store(order).ok
    assert one.start(1).ok
    one.wait(60_000)
    assert one.entries() == before
    assert _codes(one.store(one.order(1, [], []))) == [CONFLICT]


def test_numbers_never_come_back_not_even_after_a_power_cut() -> None:
    one = Bench()
    order = one.order(5, [])
    assert one.store(order).ok
    one.cut_power()
    assert one.order_states() == {5: "interrupted"}
    assert one.store(order).ok
    assert _codes(one.start(5)) == [WRONG_STATE]
    assert _codes(one.store(one.order(5, [], []))) == [CONFLICT]
    assert _codes(one.store(one.order(4, []))) == [STALE_JOB]
    assert _codes(one.start(6)) == [UNKNOWN_ORDER]


def test_the_queue_holds_one_order_beside_the_running_one() -> None:
    one = Bench()
    for number in (1, 2):
        assert one.store(one.order(number, [])).ok
    assert _codes(one.store(one.order(3, []))) == [QUEUE_FULL]
    one.start(1)
    one.wait_for("Complete")
    assert one.order_states() == {1: "ended", 2: "loaded"}
    assert one.store(one.order(3, [])).ok


def test_a_lower_epoch_is_fenced_for_good() -> None:
    one = Bench()
    assert one.machine.hello("a", 4).ok
    one.cut_power()
    assert one.machine.status_document()["epoch"] == 4
    for answer in (
        one.machine.hello("b", 3),
        one.store(one.order(1, [], epoch=3)),
        one.start(1, epoch=3),
        one.pause(epoch=3),
        one.stop(epoch=3),
    ):
        assert _codes(answer) == [FENCED]
    assert one.machine.hello("a", 4).ok
    assert one.store(one.order(1, [], epoch=4)).ok


def _changed(one: Bench, change: Change) -> str:
    document = json.loads(document_of(one.order(1, [], [one.pick(1), one.cell(1)])))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("epoch"),
        lambda d: d.update(extra=1),
        lambda d: d.update(number=0),
        lambda d: d.update(number=True),
        lambda d: d.update(number=1.0),
        lambda d: d.update(number="1"),
        lambda d: d.update(number=2**63),
        lambda d: d.update(order_id="\ud800"),
        lambda d: d.update(pouches=[]),
        lambda d: d.update(pouches={}),
        lambda d: d["pouches"].append(d["pouches"][0]),
        lambda d: d["pouches"][1].update(number=-1),
        lambda d: d["pouches"][1].update(lines="text"),
        lambda d: d["pouches"][1].update(lines=[1]),
        lambda d: d["pouches"][1]["picks"][0].update(units=0),
        lambda d: d["pouches"][1]["picks"][0].update(units=-1),
        lambda d: d["pouches"][1]["picks"][1].update(quarters=0),
        lambda d: d["pouches"][1]["picks"].append(d["pouches"][1]["picks"][1]),
        lambda d: d["pouches"][1]["picks"].append(None),
    ],
)
def test_a_document_of_another_shape_is_refused(change: Change) -> None:
    one = Bench()
    text = _changed(one, change)
    assert _codes(one.machine.store(text, hashlib.sha256(text.encode()).hexdigest())) == [BAD_DOCUMENT]
    assert one.machine.status_document()["high_water"] == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "1", "[" * 100_000, '{"number":NaN}', "\ud800", " " * 1_000_001])
def test_no_document_at_all_is_refused(text: str) -> None:
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    assert _codes(Bench().machine.store(text, digest)) == [BAD_DOCUMENT]


def test_another_digest_is_refused() -> None:
    one = Bench()
    assert _codes(one.machine.store(document_of(one.order(1, [])), "0" * 64)) == [BAD_DOCUMENT]
