"""Hazards (ISO 14971) as `hazards.toml` tells them: what can happen, why, and what stands against it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from safety.registry import CHECKS

WORST: Final = 5
"""Severity of death or lasting harm; 1 is negligible."""
_KEYS: Final = frozenset({"id", "what", "harm", "severity", "causes", "controls", "checks", "tests", "residual"})


class ControlClass(Enum):
    """What a control does; the earlier, the better."""

    DESIGN = "design"
    """It cannot happen."""
    PROTECTIVE = "protective"
    """It is found, and stopped."""
    INFORMATION = "information"
    """Somebody is told."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence in both languages."""

    danish: str
    english: str

    def text(self, language: str) -> str:
        """Return it in `da` or `en`."""
        return self.danish if language == "da" else self.english


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that stands against a hazard."""

    kind: ControlClass
    what: Words


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard: its harm and severity (1 to 5), causes, controls, the checks against it, and the tests that show it.

    `residual` says what is left when all of them work.
    """

    id: str
    what: Words
    harm: Words
    severity: int
    causes: tuple[Words, ...]
    controls: tuple[Control, ...]
    checks: tuple[str, ...]
    tests: tuple[str, ...]
    residual: Words


class HazardFileError(ValueError):
    """Not a hazard file, or a hazard in it is not whole."""


def hazards_of(text: str) -> tuple[Hazard, ...]:
    """Return the hazards of a hazard file (TOML), in its order.

    Raises:
        HazardFileError: not a hazard file; an unknown key; a hazard twice, without cause, control, check, test or
            residual risk; or one that names a check that does not exist.
    """
    try:
        hazards = tuple(_hazard(table) for table in tomllib.loads(text)["hazard"])
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        message = f"not a hazard file: {error!r}"
        raise HazardFileError(message) from error
    names = [hazard.id for hazard in hazards]
    for hazard in hazards:
        _require(names.count(hazard.id) == 1, hazard.id, "is there twice")
        _require_whole(hazard)
    return hazards


def checks_without_hazard(hazards: Iterable[Hazard]) -> tuple[str, ...]:
    """Return the ids of checks that answer none of `hazards`."""
    answered = {check for hazard in hazards for check in hazard.checks}
    return tuple(check.id for check in CHECKS if check.id not in answered)


def _hazard(table: Mapping[str, object]) -> Hazard:
    unknown = sorted(set(table) - _KEYS)
    _require(not unknown, str(table.get("id", "?")), f"has unknown keys {unknown}")
    return Hazard(
        id=_text(table["id"]),
        what=_words(table["what"]),
        harm=_words(table["harm"]),
        severity=_severity(table["severity"]),
        causes=tuple(_words(cause) for cause in _list(table["causes"])),
        controls=tuple(_control(control) for control in _list(table["controls"])),
        checks=tuple(_text(check) for check in _list(table["checks"])),
        tests=tuple(_text(test) for test in _list(table["tests"])),
        residual=_words(table["residual"]),
    )


def _require_whole(hazard: Hazard) -> None:
    for name, there in {
        "a cause": hazard.causes,
        "a control": hazard.controls,
        "a check": hazard.checks,
        "a test": hazard.tests,
    }.items():
        _require(bool(there), hazard.id, f"has not {name}")
    known = {check.id for check in CHECKS}
    unknown = sorted(set(hazard.checks) - known)
    _require(not unknown, hazard.id, f"names unknown checks {unknown}")


def _require(holds: bool, name: str, problem: str) -> None:  # noqa: FBT001 - the condition itself
    if not holds:
        message = f"{name} {problem}"
        raise HazardFileError(message)


def _control(value: object) -> Control:
    table = _table(value)
    name = _text(table["class"])
    kind = next((kind for kind in ControlClass if kind.value == name), None)
    if kind is None:
        message = f"{name} is no class of controls"
        raise HazardFileError(message)
    return Control(kind, _words({key: words for key, words in table.items() if key != "class"}))


def _words(value: object) -> Words:
    table = _table(value)
    if set(table) != {"da", "en"}:
        raise TypeError(sorted(table))
    return Words(_text(table["da"]), _text(table["en"]))


def _severity(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= WORST:
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError(value)
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(value)
    return list(value)


def _table(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(value)
    return {str(key): one for key, one in value.items()}
