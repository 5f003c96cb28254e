"""The words for orders are those of ISA-95 Job Control (OPC 10031-4), as its official NodeSet has them."""

import pytest

from hal.wire import opcua as words
from tests.support.nodesets import NodeSet, isa95

pytestmark = pytest.mark.usefixtures("peer_nodesets")

RECEIVER = "ISA95JobOrderReceiverObjectType"
SUBSTATES = {
    "NotAllowedToStart": "ISA95PrepareStateMachineType",
    "AllowedToStart": "ISA95PrepareStateMachineType",
    "Interrupted": "ISA95InterruptedStateMachineType",
    "Ended": "ISA95EndedStateMachineType",
}


@pytest.fixture(scope="module")
def official() -> NodeSet:
    return isa95()


def states_of(official: NodeSet, machine: str) -> dict[str, int]:
    """Return the states of a state machine type with their numbers."""
    states: dict[str, int] = {}
    for _, node in official.children(official.named(machine, "ObjectType").number):
        if (0, 2307) in node.targets("HasTypeDefinition"):
            (number,) = (one.value for _, one in official.children(node.number) if one.name[1] == "StateNumber")
            states[node.name[1]] = int(number or 0)
    return states


def test_the_namespace_is_the_official_one(official: NodeSet) -> None:
    assert official.uri == words.ISA95_NAMESPACE


def test_states_stand_in_the_order_of_their_official_numbers(official: NodeSet) -> None:
    numbers = states_of(official, RECEIVER)
    assert sorted(numbers, key=numbers.__getitem__) == list(words.ISA95_STATES)


@pytest.mark.parametrize("state", words.ISA95_STATES)
def test_substates_stand_in_the_order_of_their_official_numbers(official: NodeSet, state: str) -> None:
    machine = SUBSTATES.get(state)
    numbers = states_of(official, machine) if machine else {}
    assert tuple(sorted(numbers, key=numbers.__getitem__)) == words.ISA95_STATES[state]


@pytest.mark.parametrize("word", [words.STORE, words.START, words.PAUSE, words.STOP])
def test_methods_for_orders_are_methods_of_a_job_order_receiver(official: NodeSet, word: str) -> None:
    receiver = official.named(RECEIVER, "ObjectType").number
    assert word in {node.name[1] for _, node in official.children(receiver) if node.kind == "Method"}


def test_the_list_of_orders_is_named_as_the_receivers(official: NodeSet) -> None:
    receiver = official.named(RECEIVER, "ObjectType").number
    assert words.JOB_ORDER_LIST in {node.name[1] for _, node in official.children(receiver) if node.kind == "Variable"}
