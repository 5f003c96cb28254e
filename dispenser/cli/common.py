"""What every command shares: the settings option, services for its time, rows as table or JSON."""

import json
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dispenser.app.services import Services

ConfigFile = Annotated[
    Path | None, typer.Option("--config", envvar="DOSISFLEET_CONFIG", help="Settings file (TOML).", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


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


def print_rows(title: str, rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Print `rows` as one JSON array, or as a table headed `title`."""
    if as_json:
        sys.stdout.write(json.dumps(list(rows), ensure_ascii=False, default=str) + "\n")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title)
    for name in rows[0] if rows else ():
        table.add_column(name)
    for row in rows:
        table.add_row(*(str(value) if value is not None else "" for value in row.values()))
    Console().print(table if rows else f"no {title}")
