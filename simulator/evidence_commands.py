"""`dispenser-sim truth` and `report`: what really fell, and the evidence of a finished run."""

from pathlib import Path
from typing import Annotated

import typer

from simulator.options import FAILED, JUnitFile, OneMachine, ReportDate, StateFolder, fail, say, text_of, write_file


def add_to(app: typer.Typer) -> None:
    """Give `app` the commands of this module."""
    app.command("truth")(truth)
    app.command("report")(report)
    app.command("picture")(picture)


def truth(
    state: StateFolder,
    machine: OneMachine = None,
    compare: Annotated[bool, typer.Option("--compare", help="Beside what the machine reported.")] = False,
) -> None:
    """Print what really fell, a JSON line per physical pouch. Example: dispenser-sim truth --state machines."""
    from simulator.account import accounts
    from simulator.state_folder import StateFolderError
    from simulator.truth import log_lines, machines_in, read_truth, truth_line

    try:
        for machine_id in [machine] if machine else machines_in(state):
            if compare:
                for account in accounts(log_lines(state, machine_id)):
                    say(truth_line(machine_id, account.document()))
            else:
                for document in read_truth(state, machine_id):
                    say(truth_line(machine_id, document))
    except StateFolderError as error:
        fail(str(error))


def picture(
    machine: Annotated[str, typer.Argument(metavar="MACHINE", help="Id of the machine.")],
    film: Annotated[int, typer.Argument(metavar="FILM", help="Which film, as `truth` names it.")],
    state: StateFolder,
    fleet: Annotated[
        Path | None, typer.Option(metavar="FLEET.toml", help="Where the machine's tablets are described.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Where it goes instead of out here.")] = None,
) -> None:
    """Draw a pouch as the camera saw it, as SVG. Example: dispenser-sim picture packer-1 12 --state machines."""
    from simulator import picture as drawing
    from simulator.spec import FleetError, MachineSpec, find, fleet_of
    from simulator.state_folder import StateFolderError
    from simulator.truth import read_truth

    try:
        spec = MachineSpec(machine) if fleet is None else find(fleet_of(text_of(fleet)), machine)
        found = next((one for one in read_truth(state, machine) if one["film"] == film), None)
        if found is None:
            fail(f"no film {film} in the log of {machine}")
        svg = drawing.picture(found, {one.id: one for one in spec.products}, spec.seed)
    except StateFolderError as error:
        fail(str(error))
    except FleetError as error:
        fail(f"{fleet}: {error}")
    if out is None:
        say(svg)
    else:
        write_file(out, svg.encode())


def report(
    state: StateFolder,
    machine: OneMachine = None,
    pdf_file: Annotated[Path | None, typer.Option("--pdf", metavar="FILE.pdf", help="Write it as PDF.")] = None,
    junit_file: JUnitFile = None,
    date: ReportDate = None,
) -> None:
    """Judge a finished run and write its evidence. Example: dispenser-sim report --state machines --pdf run.pdf."""
    from simulator.evidence import Origin
    from simulator.evidence_origin import product_commit, product_version
    from simulator.evidence_run import exhibit_of_folder, last_day
    from simulator.recording import RunDamagedError
    from simulator.scenario_desk import tell, write_evidence
    from simulator.state_folder import StateFolderError
    from simulator.truth import machines_in

    try:
        ids = [machine] if machine else machines_in(state)
        day = f"{date:%Y-%m-%d}" if date else last_day(state, ids)
        origin = Origin(product_version(), product_commit(), day, date is not None)
        exhibits = [exhibit_of_folder(state, machine_id, origin) for machine_id in ids]
    except (StateFolderError, RunDamagedError) as error:
        fail(str(error))
    for exhibit in exhibits:
        tell(exhibit, as_json=False)
    write_evidence(exhibits, origin, junit_file, pdf_file)
    if not all(exhibit.passed for exhibit in exhibits):
        raise typer.Exit(FAILED)
