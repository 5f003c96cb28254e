"""Hands outside this process: a command that switches power or puts faults in, and a human at the terminal."""

import asyncio
import shlex
from collections.abc import Mapping
from typing import Protocol

from hal.clock import SystemClock
from hal.conformance.breach import ConformanceError
from hal.conformance.hands import Deed
from hal.conformance.simulated import SimulatedHands

_CUT = ("Switch the machine's power off.", "Sluk for maskinens strøm.")
_RESTORE = ("Switch the machine's power on.", "Tænd for maskinens strøm.")
_HOW = (
    "Press Enter when it is done, or n and Enter if it cannot be done: ",
    "Tryk Enter, når det er gjort, eller n og Enter: ",
)


class Terminal(Protocol):
    """A human who reads and types."""

    def ask(self, text: str) -> str:
        """Show `text` and return what was typed; may take minutes."""
        ...


class Human:
    """Operator and power hand: asks for everything in words."""

    def __init__(self, terminal: Terminal, language: str) -> None:
        self._terminal = terminal
        self._language = language

    async def do(self, deed: Deed, bay: int = 0) -> bool:
        """Ask for a deed; False when the human says that it cannot be done."""
        return await self._ask(deed.text(bay, self._language))

    async def cut(self) -> None:
        """Ask for the power to be switched off."""
        await self._switched(_CUT)

    async def restore(self) -> None:
        """Ask for the power to be switched on."""
        await self._switched(_RESTORE)

    async def _switched(self, request: tuple[str, str]) -> None:
        if not await self._ask(self._said(request)):
            raise ConformanceError("the power could not be switched")

    async def _ask(self, request: str) -> bool:
        typed = await asyncio.to_thread(self._terminal.ask, f"{request}\n{self._said(_HOW)}")
        return typed.strip().lower() not in {"n", "no", "nej"}

    def _said(self, texts: tuple[str, str]) -> str:
        english, danish = texts
        return danish if self._language == "da" else english


async def _run(command: str, *arguments: str) -> int:
    process = await asyncio.create_subprocess_exec(*shlex.split(command), *arguments, stdin=asyncio.subprocess.DEVNULL)
    return await process.wait()


class Switch:
    """Power hand: runs a command with `off` or `on` as its last argument."""

    def __init__(self, command: str) -> None:
        self._command = command

    async def cut(self) -> None:
        """Run it with `off`."""
        await self._turn("off")

    async def restore(self) -> None:
        """Run it with `on`."""
        await self._turn("on")

    async def _turn(self, position: str) -> None:
        code = await _run(self._command, position)
        if code:
            message = f"{self._command} {position} ended with {code}"
            raise ConformanceError(message)


def injecting(command: str) -> SimulatedHands:
    """Return operator and inject hand that run `command NAME [key=value ...]`, with `--over` to take a fault back.

    After an Abort they run `command press=Clear`.
    """

    async def put(name: str, values: Mapping[str, str], is_over: bool) -> bool:  # noqa: FBT001 - see Put
        arguments = [f"{key}={value}" for key, value in values.items()]
        return await _run(command, name, *arguments, *(["--over"] if is_over else [])) == 0

    async def press(name: str) -> bool:
        return await _run(command, f"press={name}") == 0

    return SimulatedHands(put, press, SystemClock())
