"""What the commands of `dispenser-sim scenario` do."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from simulator import scenario_files
from simulator.evidence import Exhibit, Origin, exhibit_of
from simulator.evidence_origin import product_commit, product_version
from simulator.options import fail, say, write_file
from simulator.recording import EPOCHAL, RunDamagedError, first_difference, head_of
from simulator.recording import replay as do_again
from simulator.run_file import read_run, write_run
from simulator.scenario import SERIAL, Scenario, ScenarioError
from simulator.scenario_play import Played, play
from simulator.state_folder import StateFolderError


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where evidence goes (None: nowhere), the date it bears (empty: the runs' own), and how verdicts are told.

    `wire`: over which the controller speaks, instead of the scenario's own; empty: that.
    """

    junit: Path | None
    report: Path | None
    keep: Path | None
    date: str
    as_json: bool
    wire: str = ""


def run_scenarios(names: Sequence[str], wanted: Wanted) -> bool:
    """Run scenarios, all that are shipped when none is named; tell whether all passed."""
    origin = Origin(product_version(), product_commit(), wanted.date or f"{EPOCHAL:%Y-%m-%d}", bool(wanted.date))
    exhibits: list[Exhibit] = []
    left_out: list[str] = []
    for found in _scenarios(names or [path.stem for path in scenario_files.shipped()]):
        scenario = over(found, wanted.wire)
        if scenario is None:
            left_out.append(found.name)
            continue
        played = play(scenario)
        if wanted.keep is not None:
            _keep(wanted.keep / scenario.name, played, origin)
        exhibits.append(exhibit_of(played, origin))
        tell(exhibits[-1], as_json=wanted.as_json)
    write_evidence(exhibits, replace(origin, left_out=tuple(left_out)), wanted.junit, wanted.report)
    failed = sum(not exhibit.passed for exhibit in exhibits)
    if wanted.as_json:
        told = {"scenarios": len(exhibits), "failed": failed, "left_out": left_out, "commit": origin.commit}
        say(json.dumps(told))
    else:
        if left_out:
            say(f"left out, because they disturb a serial line: {', '.join(left_out)}")
        say(f"{len(exhibits) - failed} of {len(exhibits)} scenarios passed")
    return not failed


def over(scenario: Scenario, wire: str) -> Scenario | None:
    """Return the scenario over another wire (empty: its own); None when it disturbs a line that this one is not."""
    if not wire or wire == scenario.wire:
        return scenario
    return None if scenario.wire == SERIAL else replace(scenario, wire=wire)


def list_shipped(*, as_json: bool) -> None:
    """Tell which scenarios are shipped."""
    for scenario in _scenarios([path.stem for path in scenario_files.shipped()]):
        faults, title = scenario.faults, scenario.title
        if as_json:
            shown = {"name": scenario.name, "faults": faults, "wire": scenario.wire, "da": title.da, "en": title.en}
            say(json.dumps(shown, ensure_ascii=False))
        else:
            say(f"{scenario.name:<28} {','.join(map(str, faults)):<8} {title.da} / {title.en}")


def replay_folder(folder: Path) -> bool:
    """Do a recorded run again; tell whether its log is the same."""
    try:
        recorded, lines = read_run(folder)
        made = do_again(recorded, lines)
    except StateFolderError as error:
        fail(str(error))
    except RunDamagedError as error:
        fail(f"{folder}: {error}")
    difference = first_difference(lines, made)
    here = product_commit()
    if recorded.commit != here:
        say(f"recorded with {recorded.version} {recorded.commit}, replayed with {product_version()} {here}")
    say(f"other than recorded: {difference}" if difference else f"the same, byte for byte: {len(lines)} lines")
    return not difference


def tell(exhibit: Exhibit, *, as_json: bool) -> None:
    """Tell the verdicts on one run."""
    if as_json:
        say(json.dumps(exhibit.document(), ensure_ascii=False))
        return
    good = sum(verdict.passed for verdict in exhibit.verdicts)
    say(f"{'pass' if exhibit.passed else 'FAIL'} {exhibit.name}: {good} of {len(exhibit.verdicts)} verdicts")
    for verdict in exhibit.verdicts:
        if not verdict.passed:
            say(f"     {verdict.name}\n       expected: {verdict.expected}\n       found:    {verdict.found}")


def write_evidence(exhibits: Sequence[Exhibit], origin: Origin, junit_file: Path | None, pdf_file: Path | None) -> None:
    """Write the evidence that is wanted."""
    if junit_file is not None:
        from simulator.evidence_junit import junit  # noqa: PLC0415 - only for those who ask

        write_file(junit_file, junit(exhibits, origin))
    if pdf_file is not None:
        from simulator.evidence_pdf import pdf  # noqa: PLC0415 - only for those who ask

        write_file(pdf_file, pdf(exhibits, origin))


def _scenarios(names: Sequence[str]) -> Iterator[Scenario]:
    for name in names:
        try:
            yield scenario_files.load(scenario_files.find(name))
        except scenario_files.UnknownScenarioError as error:
            raise typer.BadParameter(str(error)) from error
        except ScenarioError as error:
            fail("\n".join(f"{name}: {problem}" for problem in error.problems))
        except OSError as error:
            fail(f"{name} cannot be read: {error.strerror or error}")


def _keep(folder: Path, played: Played, origin: Origin) -> None:
    try:
        write_run(folder, head_of(played.scenario.machine, origin.version, origin.commit), played.events, played.lines)
    except StateFolderError as error:
        fail(str(error))
