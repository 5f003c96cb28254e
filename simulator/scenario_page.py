"""The reference page of scenario files, out of the reader's own table."""

from collections.abc import Iterable

from simulator.scenario_files import load_shipped
from simulator.scenario_keys import ENTRY, EXPECT, FLEET_MACHINE, LINK_COUNTS, ORDER, PICK, STEP, TOP, VERBS, VOID, Key


def scenarios() -> str:
    """Return the page: every key out of the reader's own table, and the scenarios that are shipped."""
    return "\n".join((*_file(), *_steps(), *_outcome(), *_shipped())) + "\n"


def _file() -> list[str]:
    return [
        "# Scenario files",
        "",
        "A scenario is a TOML file: a machine, what is done to it and when, and what must come of it.",
        "[How to run one](../how-to/run-a-scenario.md). This page is generated from the reader's own table in",
        "`simulator/scenario_keys.py` (`python docs/generate.py`). An unknown key is an error that names the nearest;",
        "all problems of a file are told at once.",
        "",
        *_keys(TOP),
        "",
        "## Machine",
        "",
        "Keys as in a [fleet file](../how-to/run-the-simulator.md#the-fleet-file); with no `bay` it has bays 1, 2",
        "and 3 with 500 units each. Or a machine of a fleet file:",
        "",
        *_keys(FLEET_MACHINE),
        "",
        "## Order",
        "",
        *_keys(ORDER),
        "",
        "A pick:",
        "",
        *_keys(PICK),
        "",
    ]


def _steps() -> list[str]:
    lines = [
        "## Step",
        "",
        "Steps are done one after another; what cannot be done ends the run and fails it. After the last step the",
        "machine goes on until nothing happens by itself.",
        "",
        *_keys(STEP),
    ]
    for verb, (does, keys) in VERBS.items():
        lines += ["", f"`{verb}`: {does}.", ""]
        lines += _keys(keys) if keys else ["No keys of its own."]
    return lines


def _outcome() -> list[str]:
    return [
        "",
        "## Expect",
        "",
        "Each key is a verdict of its own, told with both sides. Four more are always there: every step was done, the",
        "journal has no gap, nothing is packed twice, and every pouch that was started is closed once. Over a wire a",
        "fifth: at the end the controller has read the journal as the machine wrote it.",
        "",
        *_keys(EXPECT),
        "",
        "A void pouch:",
        "",
        *_keys(VOID),
        "",
        "An entry:",
        "",
        *_keys(ENTRY),
        "",
        "Counts of `link`:",
        "",
        "| count | of |",
        "|---|---|",
        *(f"| `{name}` | {meaning} |" for name, meaning in LINK_COUNTS.items()),
        "",
    ]


def _shipped() -> list[str]:
    return [
        "## Shipped scenarios",
        "",
        "| scenario | faults | wire | shows |",
        "|---|---|---|---|",
        *(
            f"| `{one.name}` | {', '.join(map(str, one.faults))} | {one.wire} | {one.title.en} |"
            for one in load_shipped()
        ),
    ]


def _keys(keys: Iterable[Key]) -> list[str]:
    rows = [
        f"| `{key.name}` | {', '.join(f'`{word}`' for word in key.choices) or key.holds.value} "
        f"| {key.meaning} | {'yes' if key.required else ''} |"
        for key in keys
    ]
    return ["| key | holds | means | needed |", "|---|---|---|---|", *rows]
