"""A node-opcua client, written by others, against our server: it finds, reads, calls, packs and is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from hal.documents import capabilities_of, entry_of
from hal.journal import chain
from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of, document_of
from hal.status import capabilities_digest
from hal.wire import opcua as words
from hal.wire.words import COMMANDS, PRODUCE, STATE_NUMBERS
from simulator.ports import packml_tags as tags
from tests.peers.node_peer import NodePeer, node_peer
from tests.peers.served import Served, served

pytestmark = pytest.mark.usefixtures("peer_node_opcua")

BASE = "http://opcfoundation.org/UA/"
Path_ = list[list[str]]
DESCRIPTOR, PRODUCT = 16, 18


def own(*names: str) -> Path_:
    return [[words.NAMESPACE, name] for name in (words.PACKER, *names)]


def packml(*names: str, base: tuple[str, ...] = ()) -> Path_:
    return [
        [words.NAMESPACE, words.PACKER],
        *([words.PACKML_NAMESPACE, name] for name in names),
        *([BASE, name] for name in base),
    ]


PATHS = [
    *(
        packml(*path, base=base)
        for path in words.STATE_MACHINES
        for base in (
            ("CurrentState",),
            ("CurrentState", "Id"),
            ("CurrentState", "Number"),
            ("LastTransition",),
            ("LastTransition", "Id"),
            ("LastTransition", "Number"),
            ("LastTransition", "TransitionTime"),
            ("AvailableStates",),
            ("AvailableTransitions",),
        )
    ),
    *(packml(*words.STATE_MACHINES[level], name) for name, levels in words.COMMAND_LEVELS.items() for level in levels),
    *(packml(words.STATUS, name) for name in tags.STATUS_TAGS if name != "RemoteParameter"),
    *(packml(words.STATUS, name, base=("EURange",)) for name in ("CurMachSpeed", "MachSpeed")),
    *(packml(words.ADMIN, name) for name in tags.ADMIN_TAGS),
    *(packml(name) for name in tags.BASE_METHODS if name != "RemoteCommand"),
    *(packml(name) for name in tags.BASE_PROPERTIES),
    *(
        own(name)
        for name in (
            words.CAPABILITIES,
            words.MACHINE_STATUS,
            words.BAYS,
            words.TRAYS,
            words.CONSUMABLES,
            words.LAST_SEQ,
        )
    ),
    *(
        own(words.JOBS, name)
        for name in (words.HELLO, words.STORE, words.START, words.PAUSE, words.STOP, words.JOB_ORDER_LIST)
    ),
    *(own(words.JOURNAL, name) for name in (words.READ, words.ACKNOWLEDGE)),
]


class Panel:
    """The client in the hands of a test, connected to a machine."""

    def __init__(self, peer: NodePeer, machine: Served) -> None:
        self.peer = peer
        self.machine = machine
        self.epoch = 0

    def read(self, path: Path_) -> Any:  # noqa: ANN401 - whatever stands there
        answer = self.peer.ask("read", path=path)
        assert answer["status"] == "Good", (path, answer)
        return answer["value"]

    def call(self, path: Path_, *inputs: dict[str, object]) -> dict[str, Any]:
        answer: dict[str, Any] = self.peer.ask("call", path=path, inputs=list(inputs))
        return answer

    def command(self, name: str, level: int | None = None) -> str:
        inputs = [descriptors()] if name == "Start" else []
        where = words.STATE_MACHINES[words.COMMAND_LEVELS[name][0] if level is None else level]
        return str(self.call(packml(*where, name), *inputs)["status"])

    def wait_for(self, state: str) -> None:
        """Wait until the machine itself is in a state, and the wire shows it."""
        for _ in range(2_000):
            if self.shown() == state:
                return
        message = f"{self.shown()}, not {state}"
        raise AssertionError(message)

    def shown(self) -> str:
        """Return the innermost state that is shown."""
        shown = ""
        for path in words.STATE_MACHINES:
            answer = self.peer.ask("read", path=packml(*path, base=("CurrentState",)))
            if answer["status"] == "BadStateNotActive":
                break
            shown = answer["value"]
        return shown

    def job(self, name: str, *inputs: dict[str, object], parent: str = words.JOBS) -> dict[str, Any]:
        answer = self.call(own(parent, name), *inputs)
        assert answer["status"] == "Good"
        document: dict[str, Any] = json.loads(answer["outputs"][0])
        return document


def text(value: str) -> dict[str, object]:
    return {"type": "String", "value": value}


def count(value: int) -> dict[str, object]:
    return {"type": "UInt64", "value": value}


def descriptors(*values: dict[str, object]) -> dict[str, object]:
    return {"structure": DESCRIPTOR, "namespace": words.PACKML_NAMESPACE, "value": list(values)}


@pytest.fixture(scope="module")
def client(peer_node_opcua: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodePeer]:
    del peer_node_opcua
    home = tmp_path_factory.mktemp("node")
    with node_peer("client.js", home) as peer:
        yield peer


@pytest.fixture(scope="module")
def panel(client: NodePeer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    with served() as machine:
        client.ask("connect", endpoint=machine.endpoint, folder=str(tmp_path_factory.mktemp("pki")))
        yield Panel(client, machine)
        client.ask("close")


@pytest.fixture(autouse=True)
def at_rest(panel: Panel) -> None:
    """Every test finds the machine in Stopped and Produce."""
    if panel.shown() != "Stopped":
        assert panel.machine.call(lambda machine: machine.command("Stop")).ok
        panel.wait_for("Stopped")
    assert panel.machine.call(lambda machine: machine.set_mode(PRODUCE)).ok


def test_every_path_is_found(panel: Panel) -> None:
    found = panel.peer.ask("resolve", paths=PATHS)
    assert [path for path, node in zip(PATHS, found, strict=True) if node is None] == []
    assert len(PATHS) > 90


def test_the_packer_is_of_the_official_type(panel: Panel) -> None:
    assert panel.peer.ask("types", path=packml()) == [[words.PACKML_NAMESPACE, "PackMLBaseObjectType"]]
    assert panel.peer.ask("types", path=packml(words.BASE_STATE_MACHINE)) == [
        [words.PACKML_NAMESPACE, "PackMLBaseStateMachineType"]
    ]


def test_the_line_takes_the_machine_through_its_states(panel: Panel) -> None:
    for command, state in (
        ("Reset", "Idle"),
        ("Start", "Execute"),
        ("Hold", "Held"),
        ("Unhold", "Execute"),
        ("Suspend", "Suspended"),
        ("Unsuspend", "Execute"),
        ("ToComplete", "Complete"),
    ):
        assert panel.command(command) == "Good", command
        panel.wait_for(state)
    assert panel.command("Reset", level=2) == "Good"
    panel.wait_for("Idle")
    for command, state in (("Stop", "Stopped"), ("Abort", "Aborted"), ("Clear", "Stopped")):
        assert panel.command(command) == "Good", command
        panel.wait_for(state)
    number = panel.read(packml(*words.STATE_MACHINES[1], base=("CurrentState", "Number")))
    assert number == STATE_NUMBERS["Stopped"]
    last = panel.read(packml(*words.STATE_MACHINES[1], base=("LastTransition",)))
    assert last == "ClearingToStopped"


def test_a_command_that_the_state_forbids_is_refused(panel: Panel) -> None:
    for command, allowed in COMMANDS.items():
        if "Stopped" not in allowed:
            assert panel.command(command) == "BadInvalidState", command
    assert panel.shown() == "Stopped"


def test_an_inactive_state_machine_says_so(panel: Panel) -> None:
    for base in (("CurrentState",), ("CurrentState", "Id"), ("LastTransition",)):
        answer = panel.peer.ask("read", path=packml(*words.STATE_MACHINES[2], base=base))
        assert answer["status"] == "BadStateNotActive"


def test_start_takes_structures_that_the_client_built_from_our_types(panel: Panel) -> None:
    given = {"ID": 7, "name": "tension", "unit": {"unitId": 0, "displayName": {"text": "N"}}, "value": 2.5}
    assert panel.call(packml("SetParameter"), descriptors(given))["status"] == "Good"
    ((kept),) = panel.read(packml(words.STATUS, "Parameter"))
    assert (kept["ID"], kept["name"], kept["value"], kept["unit"]["displayName"]["text"]) == (7, "tension", 2.5, "N")
    assert panel.call(packml("SetParameter"), text("no structure"))["status"] == "BadInvalidArgument"


def test_the_mode_is_set_and_orders_wait_for_produce(panel: Panel) -> None:
    mode = packml("SetUnitMode")
    assert panel.call(mode, {"type": "Int32", "value": 2})["status"] == "Good"
    assert panel.read(packml(words.STATUS, "UnitModeCurrent")) == 2
    assert panel.call(mode, {"type": "Int32", "value": 9})["status"] == "BadOutOfRange"
    panel.epoch += 1
    assert panel.job(words.HELLO, text("peer"), count(panel.epoch)) == {"ok": True}
    refused = panel.job(words.START, count(panel.epoch), count(1), count(1))
    assert "WRONG_MODE" in [reason["code"] for reason in refused["reasons"]]
    assert panel.call(mode, {"type": "Int32", "value": 1})["status"] == "Good"


def test_speed_interlocks_and_products_are_set_and_shown(panel: Panel) -> None:
    for speed, status in ((30.0, "Good"), (61.0, "BadOutOfRange"), (0.0, "BadOutOfRange"), (2.5, "BadOutOfRange")):
        assert panel.call(packml("SetMachSpeed"), {"type": "Float", "value": speed})["status"] == status
    assert panel.read(packml(words.STATUS, "MachSpeed")) == 30.0
    assert panel.call(packml("SetMachSpeed"), {"type": "Float", "value": 60.0})["status"] == "Good"
    for is_set in (True, False):
        inputs = ({"type": "Int32", "value": 2}, {"type": "Boolean", "value": is_set})
        assert panel.call(packml("SetInterlock"), *inputs)["status"] == "Good"
        assert panel.read(packml(words.STATUS, "MaterialInterlock")) == [False, is_set, False, False]
        assert panel.read(packml(words.STATUS, "MaterialInterlocked")) is is_set
    product = {"structure": PRODUCT, "namespace": words.PACKML_NAMESPACE, "value": [{"productID": 5}]}
    assert panel.call(packml("SetProduct"), product)["status"] == "Good"
    ((shown),) = panel.read(packml(words.STATUS, "Product"))
    assert shown["productID"] == 5


def test_an_order_is_loaded_packed_and_told(panel: Panel) -> None:
    capabilities = capabilities_of(panel.read(own(words.CAPABILITIES)))
    panel.epoch += 1
    picks = (BayPick(1, "C1", "F1", "28100000001", 2),)
    pouches = tuple(PouchOrder(one, f"S{one}", ("Æble",), picks if one else ()) for one in range(4))
    order = PackingOrder("order-1", 1, panel.epoch, capabilities_digest(capabilities), pouches)
    panel.peer.changes.clear()
    panel.peer.ask("subscribe", path=own(words.LAST_SEQ))
    assert panel.job(words.HELLO, text("peer"), count(panel.epoch)) == {"ok": True}
    assert panel.job(words.STORE, text(document_of(order)), text(digest_of(order))) == {"ok": True}
    assert panel.job(words.START, count(panel.epoch), count(1), count(1)) == {"ok": True}
    rung = 0
    while True:
        last, rung = rung, panel.peer.changed()
        assert rung >= last
        ((job),) = json.loads(panel.read(own(words.JOBS, words.JOB_ORDER_LIST)))
        if job["state"] == "Ended":
            break
    assert (job["substate"], job["closed"]) == ("Completed", 4)
    inputs = (text(""), count(0), {"type": "UInt32", "value": 1_000})
    answer = panel.call(own(words.JOURNAL, words.READ), *inputs)
    entries = [entry_of(document) for document in answer["outputs"][0]]
    assert [entry.fields["outcome"] for entry in entries if entry.kind == "PouchClosed"] == ["packed"] * 4
    head = ""
    for entry in entries:
        head = chain(head, entry)
    mark = (count(panel.epoch), text(entries[-1].boot_id), count(entries[-1].seq), text(head))
    assert panel.job(words.ACKNOWLEDGE, *mark, parent=words.JOURNAL) == {"ok": True}
    look_at_counts(panel)


def look_at_counts(panel: Panel) -> None:
    """What was packed is counted, in structures that the client reads by our types."""
    for _ in range(500):
        ((processed),) = panel.read(packml(words.ADMIN, "ProdProcessedCount"))
        if processed["count"] == 4:
            break
    assert (processed["name"], processed["count"], processed["accCount"]) == ("pouches", 4, 4)
    consumed = panel.read(packml(words.ADMIN, "ProdConsumedCount"))
    assert [one["count"] for one in consumed] == [6, 0, 4]
    ((defective),) = panel.read(packml(words.ADMIN, "ProdDefectiveCount"))
    assert defective["count"] == 0
    assert panel.read(packml(words.ADMIN, "AccTimeSinceReset")) > 0
    rows = panel.read(packml(words.ADMIN, "StateCurrentTime"))
    assert len(rows) == 4 * 18


def test_arguments_of_the_wrong_kind_are_refused(panel: Panel) -> None:
    assert panel.call(packml("SetUnitMode"), text("2"))["status"] == "BadInvalidArgument"
    assert panel.call(packml("SetUnitMode"))["status"] == "BadArgumentsMissing"
    assert panel.call(own(words.JOBS, words.HELLO), text("peer"))["status"] == "BadArgumentsMissing"
