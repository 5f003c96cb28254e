"""What every command shares: the settings option, services for its time, rows as table or JSON."""

import json
import sys
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dispenser.app.services import Services

ConfigFile = Annotated[
    Path | None, typer.Option("--config", envvar="DOSISFLEET_CONFIG", help="Settings file (TOML).", show_default=False)
]
_PIPE_COLUMNS = 1_000
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def version() -> str:
    """Return the product's name and version, as installed."""
    from importlib.metadata import version as version_of

    return f"dosisfleet {version_of('dosisfleet')}"


@contextmanager
def services(config: Path | None) -> "Generator[Services]":
    """Open the services that the settings name, and close them afterwards.

    Raises:
        ConfigError: the settings cannot be used.
        DatabaseError: the data cannot be used.
    """
    from dispenser.config import load
    from dispenser.main import services_of

    chosen = services_of(load(config))
    try:
        chosen.database.check()
        yield chosen
    finally:
        chosen.database.close()


def print_rows(
    title: str, rows: Sequence[Mapping[str, object]], *, as_json: bool, for_programs: Collection[str] = ()
) -> None:
    """Print `rows` as one JSON array, or as a table headed `title` without the columns `for_programs`."""
    if as_json:
        sys.stdout.write(json.dumps(list(rows), ensure_ascii=False, default=str) + "\n")
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    names = [name for name in (rows[0] if rows else ()) if name not in for_programs]
    table = Table(title=title, box=SIMPLE_HEAD)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in names))
    console = Console()
    # Nobody looks at a pipe's width: a line of the table stays a line.
    console = console if console.is_terminal else Console(width=_PIPE_COLUMNS)
    console.print(table if rows else f"no {title}")
