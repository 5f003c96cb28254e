"""The self-test's worlds are what the product and a machine make; usual dosages pass in them."""

import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

from dispenser.app.dispatch import MOST_POUCHES
from dispenser.app.fold import OrderFold, OrderMoved, PouchOutcome, require_continuity
from dispenser.app.selftest.chance import chance_of, day_near, likely, one_of, two_of
from dispenser.app.selftest.clinic import rule_pack
from dispenser.app.selftest.evidence import FIRST_FILM
from dispenser.app.selftest.postroom import bundle, patient, post_room, request
from dispenser.app.selftest.run import run_selftest
from dispenser.app.selftest.shelf import SHELF
from dispenser.app.selftest.usual_dosages import UsualDosage, read_dosages, usual_dosages
from dispenser.app.selftest.world import World, sound_world
from dispenser.core.dosage import FreeTextDosage
from dispenser.core.fills import gtin_of
from dispenser.core.product import SHORT_NAME_LENGTH
from dispenser.core.reasons import FREE_TEXT
from hal.documents import capabilities_of
from hal.journal import JournalEntry, entry_of
from hal.orders import PackingOrder, digest_of, document_of
from hal.status import capabilities_digest
from hal.wire import words
from safety.findings import found
from safety.plan_codes import NOT_DISPENSABLE
from safety.roll_proof import RollProof
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.spec import BaySpec, MachineSpec
from tests.support.medicine import MONDAY

NATIONAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "national_516.json"


@pytest.fixture(scope="module")
def world() -> World:
    return sound_world(chance_of("unit", "world"))


def packed_by_simulator(world: World) -> list[JournalEntry]:
    """What a simulated machine without faults writes when it packs the world's first order."""
    bays = tuple(
        BaySpec(one.bay, one.canister_id, one.fill_code, one.product_id, one.units) for one in world.stock.canisters
    )
    spec = MachineSpec("m1", bays, tray_cells=world.stock.tray_cells, pouch_volume_mm3=0, order_pouches=MOST_POUCHES)
    machine = Machine(spec, InMemory())
    capabilities = capabilities_digest(capabilities_of(json.dumps(machine.capabilities_document())))
    ordered = world.packed[0].order
    order = PackingOrder(ordered.order_id, ordered.number, ordered.epoch, capabilities, ordered.pouches)
    assert machine.hello("test", order.epoch).ok
    assert machine.store(document_of(order), digest_of(order)).ok
    assert machine.start(order.epoch, 1, order.number).ok
    machine.advance(3_600_000)
    entries = [entry_of(document) for document in machine.journal_after("", 0, 10_000)]
    return [entry for entry in entries if entry.order_number == order.number and entry.pouch >= 0]


_DIFFERS = {"temperature_dc", "ms"}


def test_the_journal_is_what_a_machine_writes(world: World) -> None:
    theirs = packed_by_simulator(world)
    ours = [entry for entry in world.packed[0].journal if entry.pouch >= 0]
    first = theirs[0].fields["film"]
    assert isinstance(first, int)
    assert [(entry.kind, entry.pouch) for entry in ours] == [(entry.kind, entry.pouch) for entry in theirs]
    for mine, real in zip(ours, theirs, strict=True):
        assert mine.fields.keys() == real.fields.keys(), mine.kind
        # Film indices of the two begin at different places, and temperatures and times differ as they do.
        same = {
            name: value - FIRST_FILM + first if name == "film" and isinstance(value, int) else value
            for name, value in mine.fields.items()
            if name not in _DIFFERS
        }
        assert same == {name: value for name, value in real.fields.items() if name not in _DIFFERS}


def test_some_sound_rolls_are_shown_without_a_closer_look_and_some_are_not() -> None:
    """As in a true batch: else the faults would be seeded where nothing is ever accepted cheaply."""
    shown: set[bool] = set()
    for place in range(6):
        made = sound_world(chance_of("unit", "shown", place))
        proof = RollProof(made.batch.period, made.catalogue, made.slots, made.limits)
        shown |= {proof.shows(roll, made.plans[roll.citizen_id]) for roll in made.batch.rolls}
    assert shown == {True, False}


def test_every_pouch_of_a_sound_world_counts_as_packed(world: World) -> None:
    for packed in world.packed:
        require_continuity("M1", None, packed.journal)
        fold = OrderFold(packed.order)
        facts = [fold.take(entry) for entry in packed.journal]
        outcomes = [fact for fact in facts if isinstance(fact, PouchOutcome)]
        assert [one.number for one in outcomes] == [pouch.number for pouch in packed.order.pouches]
        assert all(one.packed for one in outcomes)
        assert sum(isinstance(fact, OrderMoved) for fact in facts) == 2


def test_worlds_have_what_is_hard_to_pack() -> None:
    worlds = [sound_world(chance_of("variety", number)) for number in range(12)]
    pouches = [pouch for one in worlds for roll in one.batch.rolls for pouch in roll.pouches]
    assert any(pouch.parts > 2 for pouch in pouches)
    assert len({pouch.instruction for pouch in pouches}) >= 3
    assert any(content.quarters % 4 for pouch in pouches for content in pouch.contents)
    kinds = {
        type(pick).__name__ for one in worlds for packed in one.packed for p in packed.order.pouches for pick in p.picks
    }
    assert kinds == {"BayPick", "CellPick"}
    assert len({one.batch.period.first for one in worlds}) > 5
    assert {entry.kind for one in worlds for packed in one.packed for entry in packed.journal} >= {
        words.POUCH_STARTED,
        words.DROPPED,
        words.SEALED,
        words.PRINTED,
        words.INSPECTED,
        words.POUCH_CLOSED,
    }


def test_the_shelf_is_one_that_a_pharmacy_could_have() -> None:
    names = [product.short_name for product in SHELF.products.values()]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= SHORT_NAME_LENGTH
    assert not rule_pack().clinical
    assert all(gtin_of(pack.gtin) for pack in sound_world(chance_of(1)).pouring.fill.packs)


def test_choosing_from_nothing_is_no_choice() -> None:
    chance = chance_of("a", 1)
    assert one_of(chance, []) is None
    assert two_of(chance, [1]) is None
    assert sorted(two_of(chance, [1, 2]) or ()) == [1, 2]
    assert not likely(chance, 0)
    assert likely(chance, 10)
    assert all(abs((day_near(chance, MONDAY, 2, 3) - MONDAY).days) <= 3 for _ in range(20))
    assert chance_of("a", 1).random() == chance_of("a", 1).random() != chance_of("a", 2).random()


def test_the_post_room_forgets_and_can_be_forged() -> None:
    room = post_room()
    person = sound_world(chance_of("post")).packed[0].identity
    document = bundle(patient(person), request("m1", next(iter(SHELF.products.values())), MONDAY))
    assert document["type"] == "transaction"
    room.empty()
    with room.opened(MONDAY) as services, services.database.read() as tx:
        assert tx.inbox.newest(5) == ()
        assert services.clock.now().date() == MONDAY
    with pytest.raises(ValueError, match="is not there"):
        room.forge((b"no such text in any store", b"no such text in any STORE"))


def test_no_usual_dosage_is_stopped() -> None:
    usual = usual_dosages()
    assert len(usual) >= 90
    assert len({one.name for one in usual}) == len(usual)
    done = run_selftest(1, 1, usual, ())
    assert done.false_blocks == ()
    assert done.dosages == len(usual)


def test_a_dosage_that_must_wait_would_be_told() -> None:
    words_only = UsualDosage("efter behov", FreeTextDosage("efter behov"), (found(NOT_DISPENSABLE, "x"),))
    done = run_selftest(1, 1, [words_only], ())
    assert [(one.what, one.part, one.codes) for one in done.false_blocks] == [
        ("efter behov", "dosages as read", (NOT_DISPENSABLE.id,)),
        ("efter behov", "dosages as packed", (FREE_TEXT,)),
    ]


def proposal(value: str, text: str = "1 tablet daglig", unit: str = "tablet") -> str:
    return json.dumps(
        [
            {
                "dosage": {
                    "structures": {
                        "unitOrUnits": {"unitSingular": unit, "unitPlural": unit},
                        "structures": [
                            {
                                "iterationInterval": 1,
                                "startDate": "2026-11-23",
                                "days": [
                                    {
                                        "dayNumber": 1,
                                        "allDoses": [
                                            {
                                                "type": "PlainDoseWrapper",
                                                "isAccordingToNeed": False,
                                                "doseQuantity": "VALUE",
                                            }
                                        ],
                                    }
                                ],
                            }
                        ],
                    }
                },
                "short_2016": text,
            }
        ]
    ).replace('"VALUE"', value)


def test_dosages_are_read_from_a_file_of_proposals() -> None:
    (one,) = read_dosages(proposal("1.5"))
    assert (one.name, one.findings) == ("1 tablet daglig", ())
    assert run_selftest(1, 1, [one], ()).false_blocks == ()
    assert read_dosages(proposal("10", unit="ml")) == ()
    assert read_dosages("[]") == ()


@pytest.mark.parametrize("text", ["", "7", "[7]", '[{"code": 1}]'])
def test_what_is_no_file_of_proposals_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"proposals|Expecting"):
        read_dosages(text)


def test_a_proposal_that_says_nothing_is_passed_over() -> None:
    assert read_dosages('[{"dosage": 7}]') == ()


@pytest.mark.skipif(
    not NATIONAL.exists() and os.environ.get("CI") != "true",
    reason="national dosage proposals (../shared/data/national_516.json) are not beside the project",
)
def test_no_national_proposal_of_a_fixed_dosage_is_stopped() -> None:
    proposals = read_dosages(NATIONAL.read_text(encoding="utf-8"))
    assert len(proposals) == 230
    assert len(json.loads(NATIONAL.read_text(encoding="utf-8"), parse_float=Decimal)) == 516
    assert run_selftest(1, 1, proposals, ()).false_blocks == ()
