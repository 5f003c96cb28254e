"""A controller's end of a PP-LIS line for scenarios: real bytes between two real links, in virtual time; pure.

The machine's end is the one that its port uses. The controller's end asks, waits, asks again with the same ids when
no answer comes, and reads the journal where it is not sure.
"""

import json
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from hal.wire import pplis
from simulator.injection import Injection
from simulator.ports.line_session import LineRate, Session
from simulator.ports.lis_link import InstrumentLink
from simulator.ports.lis_records import Request, UnreadableError, read, write
from simulator.ports.wire_faults import TO_HOST, TO_MACHINE, Pipe, WireFaults
from simulator.recording import EPOCHAL, RecordedMachine
from simulator.scenario_hands import unlike
from simulator.scenario_keys import LINK_COUNTS
from simulator.scenario_stage import Reasons, Stage, StuckError

_MS: Final = 1_000
_PATIENCE_MS: Final = 40_000
"""Longer than a link takes to give a message up, so that an old answer is not taken for a new one."""
_TRIES: Final = 5
_MISSED_HEARTBEATS: Final = 3
_READ_LIMIT: Final = 200


class HostLink(InstrumentLink):
    """The controller's end: the same link, but it goes last when both ask for the line."""

    contention_seconds = pplis.HOST_CONTENTION_SECONDS


class Line:
    """Both ends of a line and what carries the bytes between them."""

    def __init__(self, stage: Stage) -> None:
        self.counts = dict.fromkeys(LINK_COUNTS, 0)
        self.inbox: list[Request] = []
        self._stage = stage
        self._rate = LineRate(stage.spec.baud)
        self.faults = WireFaults(stage.spec.seed, self._now)
        self._machine: RecordedMachine | None = None
        self._was_cut = False
        self._resets = 0
        self._heard_at = 0.0
        self._is_lost = False
        self._pipes: dict[str, Pipe] = {}
        self._connect()

    def _now(self) -> float:
        return self._stage.elapsed / _MS

    def _connect(self) -> None:
        self.link = HostLink(self._rate.link_timers())
        self._session = Session(self._rate, self._now(), self.faults)
        self._resets = self.faults.resets
        self._pipes = {direction: self.faults.pipe(direction) for direction in (TO_MACHINE, TO_HOST)}
        for direction, old in self.faults.connected().items():
            self._pipes[direction].push(old)

    # -- What the stage asks --------------------------------------------------------------------------------------

    def power(self, machine: RecordedMachine | None) -> None:
        """Begin anew at the machine's end."""
        self._machine = machine
        self._connect()

    def inject(self, injection: Injection) -> None:
        """Disturb the line."""
        self.faults.inject(injection)

    def next_due(self) -> int | None:
        """Return when to turn at the latest, in milliseconds since power-up."""
        machine = self._machine
        if machine is None:
            return None
        now = self._now()
        moments = [self._session.wake(now), self.link.wake, *(pipe.wake() for pipe in self._pipes.values())]
        due = min(one for one in moments if one is not None)
        return max(machine.now_ms + 1, machine.now_ms + math.ceil((due - now) * _MS))

    def turn(self) -> None:
        """Carry bytes, let timers run out, answer and listen, until nothing moves."""
        machine = self._machine
        if machine is None:
            return
        if self.faults.resets != self._resets or (self._was_cut and not self.faults.is_cut):
            self._connect()
        self._was_cut = self.faults.is_cut
        now = self._now()
        utc = EPOCHAL + timedelta(milliseconds=self._stage.elapsed)
        self.link.on_time(now)
        is_moving = True
        while is_moving:
            self._session.turn(machine, now, utc)
            to_host = self._pipes[TO_HOST]
            to_host.put(self._session.outgoing(now))
            heard = to_host.take()
            self.link.on_bytes(heard, now)
            said = b"".join(self.link.output)
            self.link.output.clear()
            self.counts["refused_frames"] += heard.count(pplis.NAK) + said.count(pplis.NAK)
            to_machine = self._pipes[TO_MACHINE]
            to_machine.put(said)
            arrived = to_machine.take()
            self._session.received(arrived, now)
            is_moving = bool(heard or arrived)
        self._listen(now)

    def _listen(self, now: float) -> None:
        while self.link.inbox:
            data = self.link.inbox.popleft()
            self._heard_at, self._is_lost = now, False
            try:
                self.inbox.append(read(data))
            except UnreadableError:
                self.counts["unreadable"] += 1
        if not self._is_lost and now - self._heard_at > _MISSED_HEARTBEATS * pplis.HEARTBEAT_SECONDS:
            self._is_lost = True
            self.counts["lost_link"] += 1


class LineHands:
    """A controller at the far end of a line."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.line = Line(stage)
        stage.wire = self.line
        self.journal: list[str] = []
        self._place = ("", 0)
        self._sent = 0
        self._seen: set[str] = set()

    @property
    def counts(self) -> dict[str, int]:
        """What the line counted; `missing` is judged against the machine's own journal."""
        return {**self.line.counts, "missing": max(0, len(self._stage.entries()) - len(self.journal))}

    @property
    def unread(self) -> int:
        """Entries of the machine's journal that were not read as it wrote them."""
        return unlike([json.loads(document) for document in self.journal], self._stage.entries())

    def close(self) -> None:
        """Nothing to do: the line is in memory."""

    def hello(self, holder: str, epoch: int) -> Reasons:
        """Take the machine."""
        return self._command(pplis.HELLO, [[pplis.COMMAND, holder, str(epoch)]])

    def load(self, document: str, digest: str) -> Reasons:
        """Load an order."""
        return self._command(pplis.LOAD, [[pplis.ORDER_RECORD, digest], [pplis.DOCUMENT_RECORD, document]])

    def start(self, epoch: int, command: int, number: int) -> Reasons:
        """Start an order."""
        return self._command(pplis.START, [[pplis.COMMAND, str(epoch), str(command), str(number)]])

    def pause(self, epoch: int, command: int) -> Reasons:
        """Pause."""
        return self._command(pplis.PAUSE, [[pplis.COMMAND, str(epoch), str(command)]])

    def stop(self, epoch: int, command: int) -> Reasons:
        """Stop."""
        return self._command(pplis.STOP, [[pplis.COMMAND, str(epoch), str(command)]])

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Reasons:
        """Tell what is on record."""
        return self._command(pplis.ACKNOWLEDGE, [[pplis.COMMAND, str(epoch), boot_id, str(seq), head]])

    def read_journal(self) -> Reasons:
        """Read the journal to its end, from where it was read to."""
        while True:
            boot_id, seq = self._place
            answer = self._ask(pplis.JOURNAL, [[pplis.QUERY_RECORD, boot_id, str(seq), str(_READ_LIMIT)]])
            documents = [record[1] for record in answer.records if record[0] == pplis.EVENT_RECORD]
            if not documents:
                return _reasons(answer)
            for document in documents:
                entry = json.loads(document)
                follows = self._place == ("", 0) or entry["seq"] in (self._place[1] + 1, 1)
                if follows:
                    self.journal.append(document)
                    self._place = (entry["boot"], entry["seq"])

    def _command(self, kind: str, body: Sequence[Sequence[str]]) -> Reasons:
        return _reasons(self._ask(kind, body))

    def _ask(self, kind: str, body: Sequence[Sequence[str]]) -> Request:
        for attempt in range(_TRIES):
            self.line.counts["repeated"] += attempt > 0
            answer = self._once(kind, body)
            if answer is not None:
                return answer
            self.line.counts["unanswered"] += 1
        message = f"{kind} was not answered in {_TRIES} tries"
        raise StuckError(message)

    def _once(self, kind: str, body: Sequence[Sequence[str]]) -> Request | None:
        stage = self._stage
        stage.machine  # noqa: B018 - raises when the machine has no power
        self._sent += 1
        name = f"host.{self._sent}"
        moment = (EPOCHAL + timedelta(milliseconds=stage.elapsed)).isoformat(timespec="milliseconds")
        self.line.link.submit(write((name, "host", "machine", "", moment, kind), body), stage.elapsed / _MS)
        answers: list[Request] = []

        def is_answered() -> bool:
            answers.extend(self._heard(name))
            return bool(answers)

        try:
            stage.wait(is_answered, f"an answer to {kind}", _PATIENCE_MS)
        except StuckError:
            return None
        return answers[0]

    def _heard(self, name: str) -> list[Request]:
        """Sort what came in; return the answers to the request `name`."""
        answers: list[Request] = []
        while self.line.inbox:
            message = self.line.inbox.pop(0)
            if message.message_id in self._seen:
                self.line.counts["stale"] += 1
                continue
            self._seen.add(message.message_id)
            if message.kind == pplis.BELL:
                self.line.counts["bells"] += 1
            elif message.kind == pplis.ANSWER and _answered(message) == name:
                answers.append(message)
            else:
                self.line.counts["stale"] += 1
        return answers


def _answered(message: Request) -> str:
    return next((record[1] for record in message.records if record[0] == pplis.ANSWER_RECORD and len(record) > 1), "")


def _reasons(answer: Request) -> Reasons:
    for record in answer.records:
        if record[0] == pplis.ANSWER_RECORD and record[2] == pplis.REFUSED:
            return tuple(zip(record[3::2], record[4::2], strict=False))
    return ()
