"""What may go wrong between a machine and its controller, the same for every wire: bytes, connections, bells, replies.

Time and bytes come in, bytes go out; every draw comes from the seed, so a run repeats. Who carries bytes takes a
`Pipe` for each direction and asks `is_cut` and `resets` about the connection; who rings asks `rings`; who answers a
command asks `loses_reply`.
"""

import random
from collections import deque
from collections.abc import Callable
from typing import Final

from simulator.injection import Injection

TO_MACHINE: Final = "to machine"
TO_HOST: Final = "to host"
_MILLION: Final = 1_000_000
_FOR_EVER: Final = float("inf")
_KEPT_BYTES: Final = 65_536
_MS: Final = 1_000
_STEP_SECONDS: Final = 0.01
_ONE_SHOT: Final = ("bytes_lost", "bytes_doubled", "bytes_swapped", "bell_lost", "bell_doubled", "bell_reordered")
_LASTING: Final = ("noise", "cut", "half_open", "stall", "slow")


class WireFaults:
    """The faults of one wire; `now` gives seconds of the machine's time.

    `changed` holds functions to call when a fault begins or ends, for carriers that must act at once.
    """

    def __init__(self, seed: int, now: Callable[[], float]) -> None:
        self.resets = 0
        """How many times the connection was reset; a carrier that sees it rise closes what it has."""
        self.changed: list[Callable[[], None]] = []
        self._now = now
        self._seed = seed
        self._until: dict[str, float] = {}
        self._left: dict[str, int] = {}
        self._pipes = 0
        self._noise = 0
        self._rate = 0
        self._garbage = 0
        self._replay = 0
        self._replies = 0
        self._held_ring: int | None = None
        self._old: dict[str, bytearray] = {TO_MACHINE: bytearray(), TO_HOST: bytearray()}

    def inject(self, injection: Injection) -> None:
        """Begin a fault, or take it back.

        Raises:
            ValueError: it is no fault of a wire.
        """
        if injection.fault.where != "wire":
            message = f"{injection.name} is no fault of a wire"
            raise ValueError(message)
        if injection.is_over:
            self._end(injection.name)
        else:
            self._begin(injection)
        for tell in list(self.changed):
            tell()

    def lasts(self, name: str) -> bool:
        """Tell whether the fault `name`, one of those that last, goes on."""
        return self._now() < self._until.get(name, 0.0)

    def ends_at(self, name: str) -> float:
        """Return until when the fault `name` lasts; long ago when it does not."""
        return self._until.get(name, 0.0)

    @property
    def is_cut(self) -> bool:
        """Whether nothing connects the two."""
        return self.lasts("cut")

    def pipe(self, direction: str) -> "Pipe":
        """Return a way for bytes in `direction`, from one connect to the next."""
        # The same hits in the same places after every connect would never let one message pass.
        self._pipes += 1
        return Pipe(self, direction, random.Random(f"{self._seed} {direction} {self._pipes}"))  # noqa: S311 - repeats

    def connected(self) -> dict[str, bytes]:
        """Return the old bytes that come again, by direction, now that somebody has connected anew."""
        count, self._replay = self._replay, 0
        return {direction: bytes(old[-count:]) if count else b"" for direction, old in self._old.items()}

    def rings(self, value: int) -> tuple[int, ...]:
        """Return what to tell, and in which order, when `value` is the news: nothing, once, twice, or an older one."""
        if self._take("bell_lost"):
            return ()
        if self._take("bell_doubled"):
            return (value, value)
        if self._held_ring is None and self._take("bell_reordered"):
            self._held_ring = value
            return ()
        held, self._held_ring = self._held_ring, None
        return (value,) if held is None else (value, held)

    def loses_reply(self) -> bool:
        """Tell whether the reply to the command that was just executed gets lost."""
        lost = self._replies > 0
        self._replies -= lost
        return lost

    # -- what pipes ask -------------------------------------------------------------------------------------------

    @property
    def bytes_per_second(self) -> int:
        """How fast bytes pass; 0 as fast as they come."""
        return self._rate if self.lasts("slow") else 0

    def altered(self, direction: str, data: bytes, dice: random.Random) -> bytes:
        """Return what arrives of `data`."""
        if self.is_cut or self.lasts("half_open"):
            return b""
        self._remember(direction, data)
        if not (self._left or self._garbage or self._until):
            return data
        result = bytearray(data)
        if self._garbage:
            result[0:0] = dice.randbytes(self._garbage)
            self._garbage = 0
        if self._take("bytes_lost"):
            del result[dice.randrange(len(result))]
        if result and self._take("bytes_doubled"):
            at = dice.randrange(len(result))
            result.insert(at, result[at])
        if len(result) > 1 and self._take("bytes_swapped"):
            at = dice.randrange(len(result) - 1)
            result[at], result[at + 1] = result[at + 1], result[at]
        return noisy(bytes(result), self._noise, dice) if self.lasts("noise") else bytes(result)

    def now(self) -> float:
        """Return the machine's time in seconds."""
        return self._now()

    def _remember(self, direction: str, data: bytes) -> None:
        old = self._old[direction]
        old += data
        del old[: max(0, len(old) - _KEPT_BYTES)]

    def _take(self, name: str) -> bool:
        left = self._left.get(name, 0)
        if left > 1:
            self._left[name] = left - 1
        elif left:
            del self._left[name]
        return left > 0

    def _begin(self, injection: Injection) -> None:
        name = injection.name
        if name in _LASTING:
            milliseconds = injection.number("for_ms")
            self._until[name] = self._now() + milliseconds / _MS if milliseconds else _FOR_EVER
        if name in _ONE_SHOT:
            self._left[name] = self._left.get(name, 0) + injection.number("times")
        match name:
            case "noise":
                self._noise = injection.number("per_million")
            case "slow":
                self._rate = max(1, injection.number("bytes_per_second"))
            case "garbage":
                self._garbage += injection.number("bytes")
            case "replay_old":
                self._replay = injection.number("bytes")
            case "reply_lost":
                self._replies += injection.number("times")
            case "reset" | "cut":
                self.resets += 1
            case _:
                pass

    def _end(self, name: str) -> None:
        self._until.pop(name, None)
        self._left.pop(name, None)
        match name:
            case "garbage":
                self._garbage = 0
            case "replay_old":
                self._replay = 0
            case "reply_lost":
                self._replies = 0
            case _:
                pass


def noisy(data: bytes, per_million: int, dice: random.Random) -> bytes:
    """Return `data` with some bytes hit: a bit flipped, lost, swapped with its neighbour, or followed by another."""
    rate = per_million / _MILLION
    if rate <= 0:
        return data
    # Where the next hit falls is drawn at once, so that a quiet line costs nothing.
    result = bytearray()
    at = 0
    while True:
        step = int(dice.expovariate(rate))
        if at + step >= len(data):
            result += data[at:]
            return bytes(result)
        result += data[at : at + step]
        at += step
        byte = data[at]
        at += 1
        match dice.randrange(4):
            case 0:
                result.append(byte ^ (1 << dice.randrange(8)))
            case 1:
                pass
            case 2:
                result.append(byte)
                result[-2:] = result[-2:][::-1]
            case _:
                result += bytes([byte, dice.randrange(256)])


def _step(rate: int) -> float:
    """Return how many seconds of bytes pass at once."""
    return max(1 / rate, _STEP_SECONDS)


class Pipe:
    """One direction of one connection: `put` what was sent, `take` what has arrived."""

    def __init__(self, faults: WireFaults, direction: str, dice: random.Random) -> None:
        self._faults = faults
        self._direction = direction
        self._dice = dice
        self._waiting: deque[bytes] = deque()
        self._free_at = 0.0

    def put(self, data: bytes) -> None:
        """Take bytes that were sent."""
        if data:
            data = self._faults.altered(self._direction, data, self._dice)
        if data:
            self._waiting.append(data)

    def push(self, data: bytes) -> None:
        """Let `data` arrive as it is, before everything that waits."""
        if data:
            self._waiting.appendleft(data)

    def take(self) -> bytes:
        """Return the bytes that have arrived."""
        faults = self._faults
        if not self._waiting or faults.lasts("stall"):
            return b""
        rate = faults.bytes_per_second
        if not rate:
            arrived = b"".join(self._waiting)
            self._waiting.clear()
            return arrived
        now = faults.now()
        self._free_at = max(self._free_at, now - _step(rate))
        allowed = int((now - self._free_at) * rate + 1e-6)
        return self._pieces(allowed, rate)

    def wake(self) -> float | None:
        """Return when to `take` again, in seconds of the machine's time; None when nothing waits."""
        if not self._waiting:
            return None
        if self._faults.lasts("stall"):
            return self._faults.ends_at("stall")
        rate = self._faults.bytes_per_second
        return self._free_at + _step(rate) if rate else self._faults.now()

    def _pieces(self, allowed: int, rate: int) -> bytes:
        arrived = bytearray()
        while self._waiting and len(arrived) < allowed:
            piece = self._waiting.popleft()
            room = allowed - len(arrived)
            arrived += piece[:room]
            if len(piece) > room:
                self._waiting.appendleft(piece[room:])
        self._free_at += len(arrived) / rate
        return bytes(arrived)
