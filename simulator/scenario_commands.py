"""`dispenser-sim scenario`: run, list, record and replay."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from simulator.options import (
    FAILED,
    FleetFile,
    JUnitFile,
    OtherProfile,
    ReportDate,
    Speed,
    StateFolder,
    fail,
    text_of,
)


class Wire(StrEnum):
    """Wires that a scenario can run over."""

    SERIAL = "serial"
    OPCUA = "opcua"


app = typer.Typer(name="scenario", help="Scripted runs with their expected outcome.", no_args_is_help=True)


@app.command("run")
def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="[FILE.toml|NAME]...", help="Which ones.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that come with the simulator.")] = False,
    junit: JUnitFile = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE.pdf", help="Write the evidence as PDF.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each, and one for all.")] = False,
    keep: Annotated[Path | None, typer.Option(metavar="DIR", help="Keep each run there, for replay.")] = None,
    date: ReportDate = None,
    wire: Annotated[Wire | None, typer.Option(help="Let the controller speak over this wire.")] = None,
) -> None:
    """Run scenarios in virtual time and judge them. Example: dispenser-sim scenario run --all --junit verdicts.xml."""
    if every == bool(names):
        message = "name scenarios, or say --all"
        raise typer.BadParameter(message)
    from simulator.scenario_desk import Wanted, run_scenarios

    day = f"{date:%Y-%m-%d}" if date else ""
    wanted = Wanted(junit, report, keep, day, as_json=as_json, wire=wire.value if wire else "")
    if not run_scenarios(names or [], wanted):
        raise typer.Exit(FAILED)


@app.command("list")
def list_scenarios(
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each.")] = False,
) -> None:
    """List the scenarios that come with the simulator. Example: dispenser-sim scenario list."""
    from simulator.scenario_desk import list_shipped

    list_shipped(as_json=as_json)


@app.command("record")
def record(
    fleet: FleetFile,
    machine: Annotated[str, typer.Option(metavar="ID", help="Which machine of the file.")],
    state: StateFolder,
    speed: Speed = 1.0,
    profile: OtherProfile = None,
) -> None:
    """Run a machine as `run` does and record all that is done to it, beside its log in --state."""
    from simulator.serving_command import serve_or_fail
    from simulator.spec import FleetError, find, fleet_of

    try:
        spec = find(fleet_of(text_of(fleet)), machine)
    except FleetError as error:
        fail(f"{fleet}: {error}")
    serve_or_fail([spec if profile is None else replace(spec, profile=profile.value)], state, speed, record=True)


@app.command("replay")
def replay(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder with run.ndjson and log.ndjson.")],
) -> None:
    """Do a recorded run again and compare the logs byte by byte. Example: dispenser-sim scenario replay machines/a."""
    from simulator.scenario_desk import replay_folder

    if not replay_folder(run_folder):
        raise typer.Exit(FAILED)
