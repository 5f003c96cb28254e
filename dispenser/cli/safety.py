"""`dispenser safety`: the risk file, and the proof that every check catches what it is there for."""

from pathlib import Path
from typing import Annotated

import typer

from dispenser.cli.common import AsJson

app = typer.Typer(no_args_is_help=True, help="Hazards, checks, and the proof that they catch what they are there for.")


@app.command("selftest")
def run_selftest(
    seed: Annotated[int, typer.Option(help="The same seed gives the same faults.")] = 4,
    instances: Annotated[int, typer.Option(min=1, max=10_000, help="Faults of each kind.")] = 12,
    dosages: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="More dosages that must not be stopped (JSON).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put faults of every kind into sound worlds: all must be caught. Example: dispenser safety selftest --json."""
    from dispenser.app.selftest.usual_dosages import read_dosages
    from dispenser.cli.selftest import selftest

    try:
        # What is no text at all is no file of dosages either, and is told so.
        more = read_dosages(dosages.read_text(encoding="utf-8", errors="replace")) if dosages else ()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--dosages") from error
    raise typer.Exit(selftest(seed, instances, more, as_json=as_json))
