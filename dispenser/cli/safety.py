"""`dispenser safety`: the risk file, and the proof that every check catches what it is there for."""

import typer

app = typer.Typer(no_args_is_help=True, help="Hazards, checks, and the proof that they catch what they are there for.")
