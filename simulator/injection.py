"""Faults that may be put into a machine, its wire or its power supply by name: reading what a human or a file asks for.

The list itself is `simulator.injectable`. Pure: nothing here does anything; see `Machine.inject` and the ports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from simulator.injectable import FAULTS, Fault

__all__ = ["FAULTS", "Fault", "Injection", "InjectionError", "injection_of", "taken_back"]

_LARGEST: Final = 10**9
_SIGNED: Final = frozenset({"seconds", "quarters", "units"})
"""Whole numbers that may be below zero."""


class InjectionError(ValueError):
    """A fault that cannot be put in; the text names what is wrong, all of it, and the nearest name."""


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault of `FAULTS` with a value for each of its arguments; `is_over` takes it back instead."""

    name: str
    values: Mapping[str, int | str] = field(default_factory=dict)
    is_over: bool = False

    @property
    def fault(self) -> Fault:
        """What it is."""
        return FAULTS[self.name]

    def number(self, argument: str) -> int:
        """Return a whole-number argument; 0 when the fault has none of that name."""
        value = self.values.get(argument, 0)
        return value if isinstance(value, int) else 0

    def text(self, argument: str) -> str:
        """Return a text argument; empty when the fault has none of that name."""
        return str(self.values.get(argument, ""))

    def document(self) -> dict[str, object]:
        """Return the injection as a log or a scenario keeps it."""
        made: dict[str, object] = {"name": self.name, "values": dict(self.values)}
        return {**made, "over": True} if self.is_over else made


def injection_of(name: str, values: Mapping[str, str]) -> Injection:
    """Return the fault `name` with the arguments as texts; what is left out has its default.

    Raises:
        InjectionError: no such fault (the text names the nearest), or wrong arguments (it names all of them).
    """
    fault = _fault(name)
    problems: list[str] = []
    made: dict[str, int | str] = dict(fault.defaults)
    for key, text in values.items():
        kind = fault.arguments.get(key)
        if kind is None:
            known = ", ".join(sorted(fault.arguments)) or "none"
            problems.append(f"no argument {key!r}; {name} has: {known}")
            continue
        made[key] = text
        problem = _whole(key, text) if kind is int else _choice(fault, key, text)
        if problem:
            problems.append(problem)
        elif kind is int:
            made[key] = int(text)
    problems += [f"{key} is missing" for key in fault.arguments if key not in made]
    if problems:
        message = f"{name}: {'; '.join(problems)}"
        raise InjectionError(message)
    return Injection(name, made)


def taken_back(name: str) -> Injection:
    """Return what ends the fault `name`.

    Raises:
        InjectionError: no such fault.
    """
    _fault(name)
    return Injection(name, {}, is_over=True)


def _fault(name: str) -> Fault:
    fault = FAULTS.get(name)
    if fault is None:
        near = get_close_matches(name, FAULTS, n=3, cutoff=0.5) or sorted(FAULTS)
        message = f"no fault {name!r}; nearest: {', '.join(near)}"
        raise InjectionError(message)
    return fault


def _whole(key: str, text: str) -> str:
    digits = text.removeprefix("-") if key in _SIGNED else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(_LARGEST)) or int(digits) > _LARGEST:
        least = -_LARGEST if key in _SIGNED else 0
        return f"{key} must be a whole number from {least} to {_LARGEST}, not {text!r}"
    return ""


def _choice(fault: Fault, key: str, text: str) -> str:
    choices = fault.choices.get(key)
    if choices and text not in choices:
        return f"{key} must be one of {', '.join(choices)}, not {text!r}"
    if not text.isprintable():
        return f"{key} must be printable text"
    return ""
