"""A run as data: which machine, every power-up and every call with its virtual moment; enough to do it all again.

A run is lines of JSON. The first is the head: the form of the file, product version, commit, and the machine. Then, in
the order of happening:

- `{"up": boot id, "at": what the machine's clock said, "lines": lines of its log that had survived}`;
- `{"call": method, "args": [...], "ms": virtual milliseconds since that power-up}`, written before it is done;
- `{"forget": fault, "lines": as above}`: without power it lost something;
- `{"down": virtual milliseconds}`: the machine was stopped in an orderly way.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from simulator.injection import Injection
from simulator.logbook import encode
from simulator.machine import Answer, Machine
from simulator.memory import InMemory, Memory
from simulator.power import forget
from simulator.products import Product
from simulator.spec import BaySpec, MachineSpec

FORM: Final = "dispenser-sim run 1"
Event = Mapping[str, object]
Tell = Callable[[Event], None]
CALLS: Final = (
    "hello",
    "store",
    "start",
    "pause",
    "stop",
    "acknowledge",
    "command",
    "set_mode",
    "set_speed",
    "set_interlock",
    "inject",
)
"""Everything that is done to a machine from outside."""
_LONGEST_MS: Final = 10 * 365 * 86_400_000


class RunDamagedError(ValueError):
    """A file that no recording wrote, or one of another form."""


@dataclass(frozen=True, slots=True)
class Run:
    """A recorded run."""

    spec: MachineSpec
    version: str
    commit: str
    events: tuple[Event, ...]


def head_of(spec: MachineSpec, version: str, commit: str) -> Event:
    """Return the first line of a run."""
    return {"form": FORM, "version": version, "commit": commit, "machine": asdict(spec)}


def run_of(lines: Iterable[str]) -> Run:
    """Read a run.

    Raises:
        RunDamagedError: a line that no recording wrote.
    """
    try:
        documents = [json.loads(line) for line in lines]
        if not documents:
            raise RunDamagedError("the recording is empty")
        head, *events = documents
        if head["form"] != FORM:
            message = f"a run of another form: {head['form']!r}, this program reads {FORM!r}"
            raise RunDamagedError(message)
        version, commit = str(head["version"]), str(head["commit"])
        try:
            spec = _spec_of(head["machine"])
        except TypeError as error:
            message = (
                f"recorded with {version} {commit}, a machine that is made otherwise now; replay it with that commit"
            )
            raise RunDamagedError(message) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, RunDamagedError):
            raise
        message = f"not a recorded run: {error!r}"
        raise RunDamagedError(message) from error
    return Run(spec, version, commit, tuple(events))


def _spec_of(document: Mapping[str, Any]) -> MachineSpec:
    bays = tuple(BaySpec(**bay) for bay in document["bays"])
    products = tuple(Product(**product) for product in document["products"])
    others = ((key, value) for key, value in document.items() if key not in {"bays", "products"})
    rest: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in others}
    return MachineSpec(bays=bays, products=products, **rest)


class RecordedMachine(Machine):
    """A machine that tells every call before it does it; what a call calls itself is not told."""

    def __init__(self, spec: MachineSpec, memory: Memory, boot_id: str, powered_up_at: datetime, tell: Tell) -> None:
        tell({"up": boot_id, "at": powered_up_at.isoformat(), "lines": len(memory.read())})
        self._tell = tell
        super().__init__(spec, memory, boot_id, powered_up_at)

    def hello(self, holder: str, epoch: int) -> Answer:
        """Tell and do `Machine.hello`."""
        self._told("hello", holder, epoch)
        return super().hello(holder, epoch)

    def store(self, document: str, digest: str) -> Answer:
        """Tell and do `Machine.store`."""
        self._told("store", document, digest)
        return super().store(document, digest)

    def start(self, epoch: int, command: int, number: int) -> Answer:
        """Tell and do `Machine.start`."""
        self._told("start", epoch, command, number)
        return super().start(epoch, command, number)

    def pause(self, epoch: int, command: int) -> Answer:
        """Tell and do `Machine.pause`."""
        self._told("pause", epoch, command)
        return super().pause(epoch, command)

    def stop(self, epoch: int, command: int) -> Answer:
        """Tell and do `Machine.stop`."""
        self._told("stop", epoch, command)
        return super().stop(epoch, command)

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Answer:
        """Tell and do `Machine.acknowledge`."""
        self._told("acknowledge", epoch, boot_id, seq, head)
        return super().acknowledge(epoch, boot_id, seq, head)

    def command(self, name: str) -> Answer:
        """Tell and do `Machine.command`."""
        self._told("command", name)
        return super().command(name)

    def set_mode(self, mode: int) -> Answer:
        """Tell and do `Machine.set_mode`."""
        self._told("set_mode", mode)
        return super().set_mode(mode)

    def set_speed(self, pouches_per_minute: int) -> Answer:
        """Tell and do `Machine.set_speed`."""
        self._told("set_speed", pouches_per_minute)
        return super().set_speed(pouches_per_minute)

    def set_interlock(self, number: int, *, is_set: bool) -> Answer:
        """Tell and do `Machine.set_interlock`."""
        self._told("set_interlock", number, is_set)
        return super().set_interlock(number, is_set=is_set)

    def inject(self, injection: Injection) -> Answer:
        """Tell and do `Machine.inject`."""
        self._told("inject", injection.document())
        return super().inject(injection)

    def switch_off(self) -> None:
        """Tell that the machine is stopped in an orderly way."""
        self._tell({"down": self.now_ms})

    def _told(self, call: str, *args: object) -> None:
        self._tell({"call": call, "args": args, "ms": self.now_ms})


def replay(run: Run, wanted: Sequence[str] = ()) -> list[str]:
    """Do a run again; return the lines of the log that it makes.

    What happened between the last recorded moment and a power cut is known from how many lines survived: at the end
    of the run as many as `wanted` has.

    Raises:
        RunDamagedError: an event that no recording wrote, or one that the machine cannot have lived through.
    """
    memory = InMemory()
    machine: Machine | None = None
    for event in run.events:
        try:
            if "lines" in event:
                kept = int(str(event["lines"]))
                _until(machine, memory, kept)
                memory, machine = InMemory(memory.lines[:kept]), None
            if "up" in event:
                machine = Machine(run.spec, memory, str(event["up"]), datetime.fromisoformat(str(event["at"])))
            elif "forget" in event:
                forget(memory, _injection(event["forget"]))
            elif machine is not None and "down" in event:
                machine.advance(int(str(event["down"])))
            elif machine is not None:
                machine.advance(int(str(event["ms"])))
                args = event["args"]
                _act(machine, str(event["call"]), args if isinstance(args, Sequence) else ())
        except (KeyError, TypeError, ValueError) as error:
            with_what = f"recorded with {run.version} {run.commit}"
            message = f"not an event of a recorded run that can be done again ({with_what}): {encode(event)[:200]}"
            raise RunDamagedError(message) from error
    _until(machine, memory, len(wanted))
    return memory.lines


def _until(machine: Machine | None, memory: InMemory, lines: int) -> None:
    """Let time pass until the log has so many lines, or nothing happens any more."""
    while machine is not None and len(memory.lines) < lines:
        wake = machine.next_wake_ms()
        if wake is None or wake > _LONGEST_MS:
            return
        machine.advance(wake)


def _injection(document: object) -> Injection:
    values = document["values"] if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(values, Mapping):
        message = f"not an injection: {document!r}"
        raise TypeError(message)
    return Injection(str(document["name"]), dict(values), is_over=bool(document.get("over", False)))


def _act(machine: Machine, call: str, args: Sequence[object]) -> None:
    if call == "inject":
        machine.inject(_injection(args[0]))
    elif call == "set_interlock":
        machine.set_interlock(int(str(args[0])), is_set=bool(args[1]))
    elif call in CALLS:
        getattr(machine, call)(*args)
    else:
        message = f"no such call: {call}"
        raise ValueError(message)


EPOCHAL: Final = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
"""What the clock of a machine in a scenario says when it is first powered up."""


def first_difference(wanted: Sequence[str], made: Sequence[str]) -> str:
    """Return where two logs part, in words; empty when they are the same byte for byte."""
    for index, (one, other) in enumerate(zip(wanted, made, strict=False), start=1):
        if one != other:
            place = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
            column = (place if place is not None else min(len(one), len(other))) + 1
            return f"line {index}, column {column}:\n  recorded: {one}\n  replayed: {other}"
    if len(wanted) != len(made):
        return f"line {min(len(wanted), len(made)) + 1}: recorded {len(wanted)} lines, replayed {len(made)}"
    return ""
