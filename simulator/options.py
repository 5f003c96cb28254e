"""Options and endings that the commands of `dispenser-sim` share."""

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer

FAILED: Final = 1
SURROUNDINGS: Final = 5
SLOWEST: Final = 0.01
FASTEST: Final = 10_000.0


class Profile(StrEnum):
    """Fault profiles."""

    NONE = "none"
    VISIBLE = "visible"
    NOMINAL = "nominal"
    STRESS = "stress"


def speed_of(text: str | float) -> float:
    """Return how many virtual seconds pass in a real one; `max` is as many as there may be.

    Raises:
        typer.BadParameter: neither a number in its range nor `max`.
    """
    try:
        speed = FASTEST if text == "max" else float(text)
    except ValueError as error:
        raise typer.BadParameter("a number or max") from error
    if not SLOWEST <= speed <= FASTEST:
        message = f"from {SLOWEST} to {FASTEST:g}, or max"
        raise typer.BadParameter(message)
    return speed


FleetFile = Annotated[Path, typer.Argument(metavar="FLEET.toml", help="The machines, one table `machine` each.")]
StateFolder = Annotated[Path, typer.Option("--state", metavar="DIR", help="Folder of the machines' memories.")]
OneMachine = Annotated[str | None, typer.Option("--machine", metavar="ID", help="Only this machine.")]
Speed = Annotated[
    float,
    typer.Option(parser=speed_of, metavar="FACTOR", help="Virtual seconds in a real second: 0.01 to 10000, or max."),
]
OtherProfile = Annotated[Profile | None, typer.Option(help="Fault profile instead of the fleet file's.")]
JUnitFile = Annotated[Path | None, typer.Option("--junit", metavar="FILE.xml", help="Write the verdicts as JUnit XML.")]
ReportDate = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], help="Date on the report instead of the run's own; no clock is read."),
]


def fail(message: str) -> NoReturn:
    """End for the sake of files or surroundings."""
    sys.stderr.write(f"{message}\n")
    raise typer.Exit(SURROUNDINGS)


def text_of(path: Path) -> str:
    """Return what a text file holds, or end."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        fail(f"{path} cannot be read: not UTF-8")


def in_words(error: OSError | ValueError) -> str:
    """Return an error as a person says it, without the system's number for it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def say(text: str) -> None:
    """Write a line to standard output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file, or end."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror or error}")
