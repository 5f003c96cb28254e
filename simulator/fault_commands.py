"""`dispenser-sim faults` and `inject`: what can go wrong, and letting it."""

import json
from typing import Annotated

import typer

from simulator.injectable import FAULTS, Fault
from simulator.options import FAILED, StateFolder, fail, say


def add_to(app: typer.Typer) -> None:
    """Give `app` the commands of this module."""
    app.command("faults")(faults)
    app.command("inject")(inject)


def faults(
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each.")] = False,
) -> None:
    """List the faults that can be put in, with their arguments. Example: dispenser-sim faults."""
    for fault in FAULTS.values():
        say(json.dumps(_document(fault), ensure_ascii=False) if as_json else _row(fault))


def inject(
    machine: Annotated[str, typer.Argument(metavar="MACHINE", help="Id of a machine that runs now.")],
    fault: Annotated[
        str, typer.Argument(metavar="FAULT", help="Its name, as `faults` lists it; or press=COMMAND, at its panel.")
    ],
    state: StateFolder,
    values: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="Its arguments.")] = None,
    over: Annotated[bool, typer.Option("--over", help="Take it back.")] = False,
) -> None:
    """Put a fault into a running machine. Example: dispenser-sim inject packer-1 jam bay=1 --state machines."""
    from simulator.control import ControlError, ask
    from simulator.injection import InjectionError, injection_of, taken_back

    arguments: dict[str, str] = {}
    for value in values or []:
        key, equals, given = value.partition("=")
        if not equals or key in arguments:
            message = f"{value!r} is not KEY=VALUE" if not equals else f"{key} is given twice"
            raise typer.BadParameter(message)
        arguments[key] = given
    pressed = fault.removeprefix("press=")
    if pressed == fault:
        try:
            taken_back(fault) if over else injection_of(fault, arguments)
        except InjectionError as error:
            raise typer.BadParameter(str(error)) from error
    request = {"inject": fault, "values": arguments, "over": over} if pressed == fault else {"press": pressed}
    try:
        is_done, told = ask(state / machine, request)
    except ControlError as error:
        fail(str(error))
    say(f"{machine}: {told}")
    if not is_done:
        raise typer.Exit(FAILED)


def _row(fault: Fault) -> str:
    told = f"{fault.text_da} / {fault.text_en} {_shown(fault)}".rstrip()
    return f"{fault.number:>2} {fault.name:<22} {fault.where:<8} {told}"


def _shown(fault: Fault) -> str:
    shown = [f"{key}={fault.defaults.get(key, '...')}" for key in fault.arguments]
    return f"({', '.join(shown)})" if shown else ""


def _document(fault: Fault) -> dict[str, object]:
    return {
        "number": fault.number,
        "name": fault.name,
        "where": fault.where,
        "da": fault.text_da,
        "en": fault.text_en,
        "arguments": {key: kind.__name__ for key, kind in fault.arguments.items()},
        "defaults": dict(fault.defaults),
        "choices": {key: list(one) for key, one in fault.choices.items()},
    }
