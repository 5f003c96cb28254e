"""Finds and reads scenario files: the shipped ones by name, others by path."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from simulator.scenario import Scenario, ScenarioError
from simulator.scenario_reader import scenario_of

FOLDER: Final = Path(__file__).parent / "scenarios"
_SUFFIX: Final = ".toml"


class UnknownScenarioError(LookupError):
    """A name that no shipped scenario has; the text names the nearest."""


def shipped() -> tuple[Path, ...]:
    """Return the scenarios that come with the simulator, by name."""
    return tuple(sorted(FOLDER.glob(f"*{_SUFFIX}")))


def find(name: str) -> Path:
    """Return the file of a scenario that is named by its path or, of the shipped ones, by its name.

    Raises:
        UnknownScenarioError: there is none; the text names the nearest.
    """
    path = Path(name)
    if path.suffix == _SUFFIX or len(path.parts) > 1:
        return path
    ours = FOLDER / f"{name}{_SUFFIX}"
    if ours.is_file():
        return ours
    names = [one.stem for one in shipped()]
    near = get_close_matches(name, names, n=3, cutoff=0.4) or names[:5]
    message = f"no scenario {name!r}; nearest: {', '.join(near)}"
    raise UnknownScenarioError(message)


def load(path: Path) -> Scenario:
    """Read a scenario; a fleet file that it names lies beside it.

    Raises:
        OSError: the file cannot be read.
        ScenarioError: it is no scenario.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioError(("not UTF-8",)) from error
    return scenario_of(path.stem, text, lambda name: (path.parent / name).read_text(encoding="utf-8"))


def load_shipped() -> Iterator[Scenario]:
    """Yield the shipped scenarios, by name."""
    for path in shipped():
        yield load(path)
