"""Losing power: the moments of a pouch at which it may go, and what a machine may have forgotten when it comes back."""

from typing import Final

from simulator.injection import Injection
from simulator.logbook import encode
from simulator.machine import Machine
from simulator.memory import Memory

NOW: Final = "now"
CUT: Final = "power_cut"
_SOON_MS: Final = 10_000
_FORGETTING: Final = {"order_table_lost": "orders_lost", "order_table_older": "orders_older"}


def is_moment(machine: Machine, step: str) -> bool:
    """Tell whether the pouch in work stands at `step` (a choice of the fault `power_cut`)."""
    return step in {NOW, machine.moment}


def reach(machine: Machine, step: str) -> bool:
    """Let the machine go on until the pouch in work stands at `step`; tell whether it came to that soon."""
    latest = machine.now_ms + _SOON_MS
    while not is_moment(machine, step):
        wake = machine.next_wake_ms()
        if wake is None or wake > latest:
            return False
        machine.advance(wake)
    return True


def forget(memory: Memory, injection: Injection) -> None:
    """Let a machine without power have lost what the fault `injection` says.

    Raises:
        OSError: the memory cannot keep it.
    """
    name = _FORGETTING.get(injection.name)
    if name is not None:
        count = injection.number("entries") if injection.name == "order_table_older" else 0
        memory.append([f'{{"note":{encode({name: count})}}}'])
