"""Plays a scenario in virtual time and tells what came of it; pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hal.wire.words import ALARM_CLEARED, ALARM_RAISED
from simulator.injection import FAULTS, Injection, injection_of, taken_back
from simulator.logbook import encode
from simulator.power import CUT, is_moment
from simulator.recording import Event
from simulator.scenario import IN_PROCESS, SERIAL, OrderPlan, Scenario, Step
from simulator.scenario_hands import Direct, Hands
from simulator.scenario_line import LineHands
from simulator.scenario_orders import document_of, ordered_contents
from simulator.scenario_stage import Reasons, Stage, StuckError, reasons_of
from simulator.truth import truth_documents


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario.

    `trouble` are steps that could not be done. `ordered` maps an order's number to its pouches' contents (product to
    quarters), `link` are counts of a serial line, `capabilities` the machine's capability document. `unread` counts the
    entries that a controller did not read over the wire as the machine wrote them; None without a wire.
    """

    scenario: Scenario
    events: tuple[Event, ...]
    lines: tuple[str, ...]
    entries: tuple[Mapping[str, Any], ...]
    truth: tuple[Mapping[str, Any], ...]
    refusals: Reasons
    trouble: tuple[str, ...]
    states: Mapping[int, str]
    ordered: Mapping[int, Mapping[int, Mapping[str, int]]]
    ends_in: str
    boots: int
    elapsed_ms: int
    link: Mapping[str, int]
    capabilities: Mapping[str, Any] = field(default_factory=dict)
    unread: int | None = None


def play(scenario: Scenario) -> Played:
    """Play a scenario to its end."""
    one = _Play(scenario)
    try:
        return one.whole()
    finally:
        one.close()


def _hands(stage: Stage, wire: str) -> Hands:
    if wire == IN_PROCESS:
        return Direct(stage)
    if wire == SERIAL:
        return LineHands(stage)
    # Its library takes longer to load than all scenarios without it.
    from simulator.ports.scenario_opcua import OpcUaHands  # noqa: PLC0415

    return OpcUaHands(stage)


class _Play:
    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._stage = Stage(scenario.machine, scenario.most_ms)
        self._hands = _hands(self._stage, scenario.wire)
        self.close = self._hands.close
        self._orders = {plan.name: plan for plan in scenario.orders}
        self._refusals: list[tuple[str, str]] = []
        self._ordered: dict[int, dict[int, dict[str, int]]] = {}
        self._commands: dict[int, int] = {}
        self._verbs: Final[Mapping[str, Callable[[Step], Reasons]]] = {
            "load": self._load,
            "start": self._start,
            "give": self._give,
            "pause": self._pause,
            "stop": self._stop,
            "hello": self._hello,
            "command": self._command,
            "mode": self._mode,
            "inject": self._inject,
            "cut_power": self._cut_power,
            "restore_power": self._restore_power,
            "acknowledge": self._acknowledge,
            "read_journal": lambda _step: self._hands.read_journal(),
            "wait": self._wait,
        }

    def whole(self) -> Played:
        stage, trouble = self._stage, list[str]()
        stage.power_up()
        capabilities = stage.machine.capabilities_document()
        for index, step in enumerate(self._scenario.steps, start=1):
            try:
                if step.at_ms >= 0:
                    stage.go_to(step.at_ms)
                self._refusals += self._verbs[step.do](step)
            except StuckError as error:
                # What follows was written for a machine that has got this far.
                trouble.append(f"step {index} ({step.do}): {error}")
                break
        states, ends_in, unread = self._ending(trouble)
        return Played(
            scenario=self._scenario,
            events=tuple(stage.events),
            lines=tuple(stage.memory.lines),
            entries=tuple(stage.entries()),
            truth=tuple(truth_documents(stage.memory.lines)),
            refusals=tuple(self._refusals),
            trouble=tuple(trouble),
            states=states,
            ordered=self._ordered,
            ends_in=ends_in,
            boots=stage.boots,
            elapsed_ms=stage.elapsed,
            link=self._hands.counts,
            capabilities=capabilities,
            unread=unread,
        )

    def _ending(self, trouble: list[str]) -> tuple[dict[int, str], str, int | None]:
        stage = self._stage
        stage.finish()
        if not stage.is_on:
            return {}, "", None
        try:
            self._hands.read_journal()
        except StuckError as error:
            trouble.append(f"the journal at the end: {error}")
        stage.switch_off()
        states = {int(order["number"]): str(order["state"]) for order in stage.orders()}
        return states, stage.machine.state, self._hands.unread

    # -- What a controller does ----------------------------------------------------------------------------------

    def _load(self, step: Step) -> Reasons:
        plan = self._plan(step)
        machine = self._stage.machine
        capabilities = hashlib.sha256(encode(machine.capabilities_document()).encode()).hexdigest()
        document, digest = document_of(plan, capabilities, machine.bays_documents())
        reasons = self._hands.load(document, digest)
        if not reasons:
            self._ordered.setdefault(plan.number, ordered_contents(json.loads(document)))
        return reasons

    def _start(self, step: Step) -> Reasons:
        return self._hands.start(*self._ids(step), self._plan(step).number)

    def _give(self, step: Step) -> Reasons:
        return self._load(step) or self._start(step)

    def _pause(self, step: Step) -> Reasons:
        return self._hands.pause(*self._ids(step))

    def _stop(self, step: Step) -> Reasons:
        return self._hands.stop(*self._ids(step))

    def _hello(self, step: Step) -> Reasons:
        return self._hands.hello(str(step.values.get("holder", "another")), _number(step, "epoch"))

    def _acknowledge(self, step: Step) -> Reasons:
        machine = self._stage.machine
        head = str(step.values.get("head") or machine.status_document()["journal_head"])
        return self._hands.acknowledge(_number(step, "epoch", 1), machine.boot_id, machine.last_seq, head)

    def _ids(self, step: Step) -> tuple[int, int]:
        epoch = _number(step, "epoch", 1)
        command = _number(step, "command", self._commands.get(epoch, 0) + 1)
        self._commands[epoch] = max(command, self._commands.get(epoch, 0))
        return epoch, command

    def _plan(self, step: Step) -> OrderPlan:
        return self._orders[str(step.values["order"])]

    # -- What happens at the machine -----------------------------------------------------------------------------

    def _command(self, step: Step) -> Reasons:
        return reasons_of(self._stage.machine.command(str(step.values["name"])))

    def _mode(self, step: Step) -> Reasons:
        return reasons_of(self._stage.machine.set_mode(_number(step, "mode")))

    def _inject(self, step: Step) -> Reasons:
        name = str(step.values["fault"])
        if step.values.get("over"):
            injection = taken_back(name)
        else:
            given = step.values.get("with", {})
            arguments = given if isinstance(given, Mapping) else {}
            injection = injection_of(name, {str(key): str(value) for key, value in arguments.items()})
        where = FAULTS[name].where
        if where == "machine":
            return reasons_of(self._stage.machine.inject(injection))
        if where == "power":
            self._lose_power(injection)
        elif self._stage.wire is None:
            raise StuckError("a fault of the wire needs a wire")
        else:
            self._stage.wire.inject(injection)
        return ()

    def _lose_power(self, injection: Injection) -> None:
        stage = self._stage
        step = injection.text("step")
        if injection.name == CUT:
            stage.wait(lambda: is_moment(stage.machine, step), f"the moment {step!r} of a pouch")
        stage.cut_power()
        stage.forget(injection)

    def _cut_power(self, _step: Step) -> Reasons:
        self._stage.cut_power()
        return ()

    def _restore_power(self, _step: Step) -> Reasons:
        self._stage.power_up()
        return ()

    # -- Waiting -------------------------------------------------------------------------------------------------

    def _wait(self, step: Step) -> Reasons:
        values, stage = step.values, self._stage
        what = ", ".join(f"{key} {value}" for key, value in values.items())
        if "ms" in values:
            stage.go_to(stage.elapsed + _number(step, "ms"))
            return ()
        if "state" in values:
            stage.wait(lambda: stage.is_on and stage.machine.state == values["state"], what)
        elif "kind" in values:
            stage.wait(self._written(step, len(stage.entries())), what)
        elif "alarm" in values:
            stage.wait(lambda: values["alarm"] in _standing(stage.entries()), what)
        else:
            stage.wait(lambda: self._is_so(step), what)
        return ()

    def _written(self, step: Step, start: int) -> Callable[[], bool]:
        kind, pouch, count = step.values["kind"], _number(step, "pouch"), _number(step, "count", 1)

        def until() -> bool:
            found = [one for one in self._stage.entries()[start:] if one["kind"] == kind]
            return len([one for one in found if pouch in (0, one["pouch"])]) >= count

        return until

    def _is_so(self, step: Step) -> bool:
        number = self._plan(step).number
        for order in self._stage.orders():
            if order["number"] == number:
                packed = _number(step, "packed")
                return bool(order["closed"] >= packed if packed else order["state"] == step.values["is"])
        return False


def _standing(entries: list[dict[str, Any]]) -> set[str]:
    standing: set[str] = set()
    for entry in entries:
        if entry["kind"] == ALARM_RAISED:
            standing.add(entry["fields"]["code"])
        elif entry["kind"] == ALARM_CLEARED:
            standing.discard(entry["fields"]["code"])
    return standing


def _number(step: Step, key: str, default: int = 0) -> int:
    value = step.values.get(key, default)
    return value if isinstance(value, int) else default
