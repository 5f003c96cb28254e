"""Hands at a simulated machine: every deed and every flaw as a fault that the simulator can be given."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from hal.clock import Clock
from hal.conformance.hands import Deed, Flaw

Put = Callable[[str, Mapping[str, str], bool], Awaitable[bool]]
"""Put a fault in: its name, its arguments, and whether it is taken back instead; False when the simulator cannot."""
Press = Callable[[str], Awaitable[bool]]
"""Press a PackML command at the machine's own panel; False when its state does not allow it."""

_BAY: Final = "bay"
_FLAWS: Final[Mapping[Flaw, tuple[str, Mapping[str, str]]]] = {
    Flaw.MISCOUNT: ("double_seen", {"for_pouches": "1"}),
    Flaw.COLD_SEAL: ("seal_cold", {"for_pouches": "1"}),
    Flaw.REJECT: ("inspection_reject", {"for_pouches": "1"}),
    Flaw.BLANK_PRINT: ("print_blank", {"for_pouches": "1"}),
    Flaw.JAM: ("jam", {"for_pouches": "1"}),
    Flaw.CLOCK_BACK: ("clock_back", {"seconds": "3600"}),
}
_DONE: Final[Mapping[Deed, tuple[str, ...]]] = {
    Deed.PULL_CANISTER: ("canister_pulled", _BAY),
    Deed.WRONG_CANISTER: ("wrong_canister", _BAY),
    Deed.EMPTY_CANISTER: ("canister_empty", _BAY),
    Deed.OPEN_DOOR: ("door_open",),
    Deed.EMERGENCY_STOP: ("emergency_stop",),
    Deed.FILM_OUT: ("film_out",),
    Deed.RIBBON_OUT: ("ribbon_out",),
    Deed.BLOCK_TAKE_UP: ("take_up_full",),
}
_UNDONE: Final[Mapping[Deed, tuple[str, ...]]] = {
    Deed.RETURN_CANISTER: ("canister_pulled", "wrong_canister", "canister_empty"),
    Deed.CLOSE_DOOR: ("door_open",),
    Deed.RELEASE_STOP: ("emergency_stop",),
    Deed.NEW_FILM: ("film_out",),
    Deed.NEW_RIBBON: ("ribbon_out",),
    Deed.FREE_TAKE_UP: ("take_up_full",),
}


_ABORTING: Final = frozenset({Deed.CLOSE_DOOR, Deed.RELEASE_STOP})
_PRESSES: Final = 200


class SimulatedHands:
    """Operator and inject hand in one; `put` and `press` reach the simulator, `clock` waits for its technician.

    The technician clears alarms by himself; after an Abort somebody has to press Clear.
    """

    def __init__(self, put: Put, press: Press, clock: Clock, step: float = 0.1) -> None:
        self._put = put
        self._press = press
        self._clock = clock
        self._step = step

    async def do(self, deed: Deed, bay: int = 0) -> bool:
        """Do what a human would do; False when the simulator cannot."""
        if deed in _DONE:
            name, *arguments = _DONE[deed]
            return await self._put(name, dict.fromkeys(arguments, str(bay)), False)  # noqa: FBT003 - see Put
        for name in _UNDONE[deed]:
            await self._put(name, {}, True)  # noqa: FBT003 - see Put
        if deed in _ABORTING:
            await self._clear()
        return True

    async def _clear(self) -> None:
        """Press Clear until it is taken; a machine that was not aborted never takes it."""
        for _ in range(_PRESSES):
            if await self._press("Clear"):
                return
            await self._clock.sleep(self._step)

    async def flaw(self, flaw: Flaw) -> bool:
        """Make the next pouch go wrong; False when the simulator cannot."""
        name, values = _FLAWS[flaw]
        return await self._put(name, values, False)  # noqa: FBT003 - see Put
