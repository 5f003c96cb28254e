"""A dose-dispensing machine: pure, discrete-event, repeatable from its seed.

Nothing here reads a clock or touches a file: time comes in through `advance`, what must survive goes out through a
`Memory`. Between two calls nothing happens; the machine says when it wants to be woken.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from hal.wire.words import (
    BAD_DOCUMENT,
    FENCED,
    JOURNAL_READ_LIMIT,
    NO_FILM,
    PRODUCE,
    WRONG_MODE,
    WRONG_STATE,
)
from simulator import capabilities
from simulator.assembly import assemble
from simulator.faults import PROFILES
from simulator.injection import Injection
from simulator.memory import Memory
from simulator.orders import DocumentError, Reason, parse, unfit
from simulator.packml import refusal
from simulator.spec import MachineSpec
from simulator.troubles import clock_error, refitted
from simulator.unit import Unit

_EPOCHAL = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the machine says to a command: `reasons` are (code of `hal.wire.words`, detail), empty when `ok`."""

    ok: bool
    reasons: tuple[Reason, ...] = ()


def _refused(*reasons: Reason) -> Answer:
    return Answer(ok=False, reasons=reasons)


class Machine:
    """One machine from power-up to power-down; `memory` carries it over.

    `boot_id` must be new at every power-up (made from the boot's number when left out); `powered_up_at` is what the
    machine's own clock says then. What the memory says was in work is closed as void, and its orders are interrupted.

    Raises:
        MemoryDamagedError: the memory holds a line that no machine wrote.
        OSError: the memory cannot keep anything.
    """

    def __init__(
        self, spec: MachineSpec, memory: Memory, boot_id: str = "", powered_up_at: datetime = _EPOCHAL
    ) -> None:
        made = assemble(spec, memory, boot_id, powered_up_at, PROFILES[spec.profile])
        self._made = self._spec = spec
        self._powered_up_at = powered_up_at
        self._boot_id = made.boot_id
        self._log = made.log
        self._bays = made.bays
        self._book = made.book
        self._mishaps = made.mishaps
        self._technician = made.technician
        self._packer = made.packer
        self._cycle = made.cycle
        self._fence = made.fence
        self._unit = made.unit
        self._troubles = made.troubles
        self._capabilities, self._changes = "", -1
        self._finish_call()

    # -- Reading -------------------------------------------------------------------------------------------------

    @property
    def spec(self) -> MachineSpec:
        """What the machine is made of."""
        return self._spec

    @property
    def state(self) -> str:
        """PackML state, as its browse name."""
        return self._cycle.state

    @property
    def boot_id(self) -> str:
        """Name of this power-up."""
        return self._boot_id

    @property
    def last_seq(self) -> int:
        """Newest journal entry of this boot."""
        return self._log.last_seq

    @property
    def total_entries(self) -> int:
        """Journal entries over all boots; only ever rises."""
        return self._log.total

    @property
    def now_ms(self) -> int:
        """Virtual milliseconds since power-up."""
        return self._cycle.now

    @property
    def mode(self) -> int:
        """PackML unit mode; orders are packed in Produce alone."""
        return self._unit.mode

    @property
    def unit(self) -> Unit:
        """Mode, speed, interlocks and counts, to be read; they are set by the methods below."""
        return self._unit

    @property
    def moment(self) -> str:
        """Where the pouch in work stands, as the fault `power_cut` names it; empty when none is in work."""
        return self._packer.moment

    def capabilities_document(self) -> dict[str, object]:
        """Return what the machine can do (keys of the capability document of the wires)."""
        return capabilities.document(self._spec)

    def status_document(self) -> dict[str, object]:
        """Return how the machine stands (keys of the status document of the wires)."""
        return {
            "state": self._cycle.state,
            "boot_id": self._boot_id,
            "last_seq": self._log.last_seq,
            "high_water": self._book.high_water,
            "film": self._packer.film,
            **self._fence.document(),
            "journal_head": self._log.head,
            "mode": self.mode,
            "consumables": self._packer.consumables(),
            "orders": self._book.documents(),
            "alarms": [{"code": code, "detail": detail} for code, detail in self._technician.alarms.items()],
            "pouches_per_minute": self._unit.speed,
        }

    def bays_documents(self) -> list[dict[str, object]]:
        """Return the bays that hold a canister, by number."""
        return self._bays.documents()

    def journal_after(self, boot_id: str, seq: int, limit: int) -> list[str]:
        """Return journal documents after a position, over boots; `("", 0)` or an unknown boot: from the start.

        At most `limit` entries, and never more than `JOURNAL_READ_LIMIT`.
        """
        return self._log.after(boot_id, seq, min(limit, JOURNAL_READ_LIMIT))

    # -- Orders --------------------------------------------------------------------------------------------------

    def hello(self, holder: str, epoch: int) -> Answer:
        """Give the machine to a controller; refused as FENCED when a higher epoch has been seen."""
        fenced = self._fence.refusal(epoch)
        if fenced:
            return _refused((FENCED, f"{fenced[1]}; {holder or 'the caller'} comes too late"))
        return self._finish_call()

    def store(self, document: str, digest: str) -> Answer:
        """Take an order in; nothing moves. Every reason against it is answered; a repeat is no second effect."""
        try:
            order = parse(document, digest)
        except DocumentError as error:
            return _refused((BAD_DOCUMENT, str(error)))
        fenced = self._fence.refusal(order.epoch)
        is_known, reasons = self._book.refusals(order)
        if fenced:
            reasons.insert(0, fenced)
        if not is_known:
            reasons += [*self._unready(), *unfit(order, self._spec, self._capabilities, self._bays)]
        if reasons:
            return self._finish_call(*reasons)
        if not is_known:
            self._book.load(order)
        return self._finish_call()

    def start(self, epoch: int, command: int, number: int) -> Answer:
        """Pack a loaded order when its turn comes; for the one in work, go on after `pause`.

        From Stopped or Complete the machine resets and starts by itself; after an Abort somebody must Clear it first.
        """
        return self._finish_call(*self._fence.obey(epoch, command, f"start {number}", lambda: self._start(number)))

    def _start(self, number: int) -> tuple[Reason, ...]:
        if self.state in {"Aborting", "Aborted"}:
            return ((WRONG_STATE, f"the machine is {self.state}; clear it first"),)
        reasons = [*self._wrong_mode(), *self._book.unstartable(number)]
        if not reasons:
            current = self._book.current
            if current.number == number if current else not self._book.wants_to_run:
                self._cycle.go_on()
            # Whoever queues an order behind another knows nothing of why that one was made to wait.
            self._book.start(number)
        return tuple(reasons)

    def _wrong_mode(self) -> list[Reason]:
        return [] if self.mode == PRODUCE else [(WRONG_MODE, f"the mode is {self.mode}, orders need {PRODUCE}")]

    def _unready(self) -> list[Reason]:
        reasons = self._wrong_mode()
        if any(one["kind"] == "film" and one["left"] == 0 for one in self._packer.consumables()):
            reasons.append((NO_FILM, "no film is left"))
        return reasons

    def pause(self, epoch: int, command: int) -> Answer:
        """Suspend at the next pouch boundary; `start` goes on."""
        return self._finish_call(*self._fence.obey(epoch, command, "pause", self._pause))

    def _pause(self) -> tuple[Reason, ...]:
        self._cycle.pause()
        return ()

    def stop(self, epoch: int, command: int) -> Answer:
        """Interrupt every order at the next pouch boundary."""
        return self._finish_call(*self._fence.obey(epoch, command, "stop", self._stop))

    def _stop(self) -> tuple[Reason, ...]:
        if not refusal(self.state, "Stop"):
            self._cycle.command("Stop")
        else:
            for order in self._book.live:
                if order is not self._book.current:
                    self._book.interrupt(order)
        return ()

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Answer:
        """Keep that the controller has recorded the journal up to a place; WRONG_HEAD when it tells another story."""
        return self._finish_call(*self._fence.acknowledge(epoch, boot_id, seq, head))

    def set_mode(self, mode: int) -> Answer:
        """Change the PackML unit mode; WRONG_STATE while anything moves or an order waits."""
        return self._finish_call(*self._unit.set_mode(mode))

    def set_speed(self, pouches_per_minute: int) -> Answer:
        """Pack so fast from the next pouch on, until power-down."""
        return self._finish_call(*self._unit.set_speed(pouches_per_minute))

    def set_interlock(self, number: int, *, is_set: bool) -> Answer:
        """Set or take back a material interlock; the machine suspends while one is set."""
        return self._finish_call(*self._unit.set_interlock(number, is_set=is_set))

    def command(self, name: str) -> Answer:
        """Do a raw PackML command; WRONG_STATE with the reason when the state does not allow it."""
        why = refusal(self.state, name)
        standing = self._technician.alarms if name == "Unhold" else self._technician.bars if name == "Clear" else ()
        if not why and standing:
            why = f"an alarm stands: {', '.join(standing)}"
        if not why and name == "Unsuspend" and any(self._unit.interlocks):
            why = "a material interlock is set"
        if why:
            return _refused((WRONG_STATE, why))
        self._cycle.command(name)
        return self._finish_call()

    def inject(self, injection: Injection) -> Answer:
        """Let a fault begin, or end when it is taken back; WRONG_STATE when the machine has nothing to do it to."""
        return self._finish_call(*self._troubles.inject(injection))

    def _refit(self) -> None:
        """Be what the faults under way make of the machine; what it can no more do is given up."""
        self._changes = self._mishaps.changes
        self._log.set_clock(clock_error(self._mishaps, self._powered_up_at))
        self._spec = refitted(self._made, self._mishaps)
        before, self._capabilities = self._capabilities, capabilities.digest(self._spec)
        if before not in {"", self._capabilities}:
            self._cycle.is_refitted = True
            for order in self._book.live:
                if order is not self._book.current:
                    self._book.interrupt(order)

    def _finish_call(self, *reasons: Reason) -> Answer:
        if self._changes != self._mishaps.changes:
            self._refit()
        self._cycle.settle()
        self._log.flush()
        return Answer(not reasons, reasons)

    # -- Time ----------------------------------------------------------------------------------------------------

    def next_wake_ms(self) -> int | None:
        """Return when something happens next, in virtual milliseconds since power-up; None while nothing will."""
        return self._cycle.next_due()

    def advance(self, to_ms: int) -> None:
        """Let time pass; what happens on the way is kept before this returns.

        Raises:
            OSError: the memory cannot keep it.
        """
        self._cycle.advance(to_ms)
        if self._changes != self._mishaps.changes:
            self._refit()
        self._log.flush()
