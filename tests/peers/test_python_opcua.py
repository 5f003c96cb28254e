"""The deprecated Python stack `opcua`: its client against our server, and our driver against its server.

It is a peer of the tests alone: it has no security without another package, and grows without end when flooded.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from hal.clock import SystemClock
from hal.documents import capabilities_of, entry_of
from hal.driver import Lease
from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import RefusedError
from hal.journal import START, JournalEntry, chain, document_of
from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of
from hal.orders import document_of as order_document
from hal.status import OrderState, capabilities_digest
from hal.wire import opcua as words
from hal.wire.words import FENCED, POUCH_CLOSED
from simulator import capabilities
from simulator.logbook import encode
from tests.peers.served import SPEC, Served, free_port, served

pytestmark = [
    pytest.mark.usefixtures("peer_opcua"),
    # Its own words of farewell: it still asks the clock for UTC as Python no longer wants it.
    pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning"),
]


@pytest.fixture
def machine() -> Iterator[Served]:
    with served() as one:
        yield one


@contextmanager
def connected(endpoint: str) -> Iterator[Any]:
    """Connect its client, to be used as it is meant to be: without types."""
    from opcua import Client  # noqa: PLC0415 - a peer

    logging.getLogger("opcua").setLevel(logging.CRITICAL)
    client = Client(endpoint)
    client.connect()
    try:
        yield client
    finally:
        client.disconnect()


def packer(client: Any) -> tuple[Any, int, int]:  # noqa: ANN401 - the peer has no types
    own = client.get_namespace_index(words.NAMESPACE)
    packml = client.get_namespace_index(words.PACKML_NAMESPACE)
    return client.get_objects_node().get_child([f"{own}:{words.PACKER}"]), own, packml


def test_its_client_reads_and_commands_our_machine(machine: Served) -> None:
    from opcua import ua  # noqa: PLC0415

    with connected(machine.endpoint) as client:
        node, own, packml = packer(client)
        path = [f"{packml}:{words.BASE_STATE_MACHINE}", f"{packml}:{words.MACHINE_STATE}"]
        state = node.get_child(path)
        assert state.get_child("0:CurrentState").get_value().Text == "Stopped"
        with pytest.raises(ua.UaStatusCodeError):
            node.get_child([*path, f"{packml}:{words.EXECUTE_STATE}", "0:CurrentState"]).get_value()
        state.call_method(f"{packml}:Reset")
        with pytest.raises(ua.uaerrors.BadInvalidState):
            state.call_method(f"{packml}:Reset")
        state.call_method(f"{packml}:Stop")
        assert node.get_child([f"{packml}:{words.STATUS}", f"{packml}:UnitModeCurrent"]).get_value() == 1
        known = capabilities_of(node.get_child(f"{own}:{words.CAPABILITIES}").get_value())
        assert known.serial_number == "m1"


def test_its_client_loads_and_packs_an_order_and_reads_the_journal(machine: Served) -> None:
    from opcua import ua  # noqa: PLC0415

    def count(value: int) -> object:
        return ua.Variant(value, ua.VariantType.UInt64)

    with connected(machine.endpoint) as client:
        node, own, _ = packer(client)
        jobs = node.get_child(f"{own}:{words.JOBS}")
        known = capabilities_of(node.get_child(f"{own}:{words.CAPABILITIES}").get_value())
        picks = (BayPick(1, "C1", "F1", "28100000001", 2),)
        pouches = tuple(PouchOrder(one, f"S{one}", ("Æble",), picks if one else ()) for one in range(3))
        order = PackingOrder("order-1", 1, 1, capabilities_digest(known), pouches)
        for answer in (
            jobs.call_method(f"{own}:{words.HELLO}", "peer", count(1)),
            jobs.call_method(f"{own}:{words.STORE}", order_document(order), digest_of(order)),
            jobs.call_method(f"{own}:{words.START}", count(1), count(1), count(1)),
        ):
            assert json.loads(answer) == {"ok": True}
        listing = jobs.get_child(f"{own}:{words.JOB_ORDER_LIST}")
        for _ in range(2_000):
            ((job),) = json.loads(listing.get_value())
            if job["state"] == "Ended":
                break
        assert job["closed"] == 3
        journal = node.get_child(f"{own}:{words.JOURNAL}")
        limit = ua.Variant(1_000, ua.VariantType.UInt32)
        entries = [entry_of(one) for one in journal.call_method(f"{own}:{words.READ}", "", count(0), limit)]
        assert [one.fields["outcome"] for one in entries if one.kind == POUCH_CLOSED] == ["packed"] * 3


class Stall:
    """The least machine that keeps the contract: it takes orders in and tells of them, and packs at a call."""

    def __init__(self) -> None:
        self.known = encode(capabilities.document(SPEC))
        self.entries: list[JournalEntry] = []
        self.heads = [""]
        self.orders: dict[int, dict[str, Any]] = {}
        self.epoch = self.command = 0
        self.ring: Callable[[int], None] = lambda _count: None
        self.write("PowerUp", film=0)

    def write(self, kind: str, order: int = -1, pouch: int = -1, **fields: str | int) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.entries.append(JournalEntry("stall-1", 1, len(self.entries) + 1, at, kind, order, pouch, fields))
        self.heads.append(chain(self.heads[-1], self.entries[-1]))
        self.ring(len(self.entries))

    def status(self) -> str:
        return encode(
            {
                "state": "Stopped",
                "boot_id": "stall-1",
                "last_seq": len(self.entries),
                "high_water": max(self.orders, default=0),
                "film": 0,
                "epoch": self.epoch,
                "command": self.command,
                "acknowledged": {"boot_id": "", "seq": 0, "head": ""},
                "journal_head": self.heads[-1],
                "mode": 1,
                "consumables": [],
                "alarms": [],
                "pouches_per_minute": 60,
                "orders": list(self.orders.values()),
            }
        )

    def hello(self, _holder: str, epoch: int) -> str:
        if epoch < self.epoch:
            return encode({"ok": False, "reasons": [{"code": FENCED, "detail": f"highest is {self.epoch}"}]})
        self.epoch = epoch
        return encode({"ok": True})

    def store(self, document: str, digest: str) -> str:
        assert hashlib.sha256(document.encode()).hexdigest() == digest
        order = json.loads(document)
        number = order["number"]
        state = {"number": number, "order_id": order["order_id"], "digest": digest, "state": "loaded", "closed": 0}
        if self.orders.setdefault(number, state) is state:
            self.write("OrderChanged", number, state="loaded", closed=0)
        return encode({"ok": True})

    def start(self, _epoch: int, command: int, number: int) -> str:
        self.command = command
        self.orders[number] |= {"state": "ended", "closed": 2}
        self.write("OrderChanged", number, state="ended", closed=2)
        return encode({"ok": True})

    def read(self, _boot: str, seq: int, limit: int) -> list[str]:
        return [document_of(entry) for entry in self.entries[seq : seq + limit]]


@contextmanager
def stalled() -> Iterator[str]:
    """Serve a `Stall` with the server of the package."""
    from opcua import Server, ua  # noqa: PLC0415

    logging.getLogger("opcua").setLevel(logging.CRITICAL)
    stall, server = Stall(), Server()
    endpoint = f"opc.tcp://127.0.0.1:{free_port()}/"
    server.set_endpoint(endpoint)
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    own = server.register_namespace(words.NAMESPACE)
    node = server.get_objects_node().add_object(own, words.PACKER)
    node.add_variable(own, words.CAPABILITIES, stall.known)
    node.add_variable(own, words.BAYS, encode(BAYS))
    status = node.add_variable(own, words.MACHINE_STATUS, stall.status())
    bell = node.add_variable(own, words.LAST_SEQ, 0, ua.VariantType.UInt64)

    def ring(entries: int) -> None:
        status.set_value(stall.status())
        bell.set_value(ua.Variant(entries, ua.VariantType.UInt64))

    stall.ring = ring
    text, large, small = ua.VariantType.String, ua.VariantType.UInt64, ua.VariantType.UInt32

    def method(act: Callable[..., str | list[str]]) -> Callable[..., list[object]]:
        def call(_parent: object, *given: Any) -> list[object]:  # noqa: ANN401
            answer = act(*(one.Value for one in given))
            ring(len(stall.entries))
            return [ua.Variant(answer, text)]

        return call

    jobs, journal = node.add_object(own, words.JOBS), node.add_object(own, words.JOURNAL)
    for parent, name, act, kinds in (
        (jobs, words.HELLO, stall.hello, [text, large]),
        (jobs, words.STORE, stall.store, [text, text]),
        (jobs, words.START, stall.start, [large, large, large]),
        (jobs, words.PAUSE, lambda *_: encode({"ok": True}), [large, large]),
        (jobs, words.STOP, lambda *_: encode({"ok": True}), [large, large]),
        (journal, words.READ, stall.read, [text, large, small]),
        (journal, words.ACKNOWLEDGE, lambda *_: encode({"ok": True}), [large, text, large, text]),
    ):
        parent.add_method(own, name, method(act), kinds, [text])
    server.start()
    try:
        yield endpoint
    finally:
        server.stop()


BAYS = [{"number": 1, "canister_id": "C1", "fill_code": "F1", "product": "28100000001", "units": 1_000}]


def test_our_driver_drives_a_machine_that_its_server_serves() -> None:
    async def scene(endpoint: str) -> None:
        driver = OpcUaDriver(endpoint, SystemClock())
        try:
            known = await driver.open(Lease("test", 5))
            assert known.vendor == "Værk"
            picks = (BayPick(1, "C1", "F1", "28100000001", 2),)
            pouches = tuple(PouchOrder(one, f"S{one}", ("Æble",), picks if one else ()) for one in range(2))
            order = PackingOrder("order-1", 1, 5, capabilities_digest(known), pouches)
            await driver.ensure_loaded(order)
            await driver.ensure_packing(1)
            bell = driver.doorbell()
            async with asyncio.timeout(20):
                async for _ in bell:
                    if [one.state for one in (await driver.read_status()).orders] == [OrderState.ENDED]:
                        break
            await bell.aclose()
            entries = await driver.journal_after(START, 10)
            assert [one.kind for one in entries] == ["PowerUp", "OrderChanged", "OrderChanged"]
            with pytest.raises(RefusedError, match=FENCED):
                await OpcUaDriver(endpoint, SystemClock()).open(Lease("late", 4))
        finally:
            await driver.close()

    with stalled() as endpoint:
        asyncio.run(scene(endpoint))
