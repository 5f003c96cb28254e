"""Who may command the machine, which command came last, and how far its journal was acknowledged; over power cuts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hal.wire.words import CONFLICT, FENCED, STALE_COMMAND, WRONG_HEAD
from simulator.logbook import Logbook
from simulator.orders import Reason

Reasons = tuple[Reason, ...]


@dataclass(slots=True)
class Fenced:
    """What must survive a power cut: the highest epoch, the last command under it with its answer, the newest mark."""

    epoch: int = 0
    command: int = 0
    asked: str = ""
    answer: Reasons = ()
    acknowledged: tuple[str, int, str] = ("", 0, "")

    def take(self, note: Mapping[str, object]) -> None:
        """Take in a note of the log, if it is one of these."""
        command, place = note.get("command"), note.get("acknowledged")
        if "epoch" in note and (epoch := _whole(note["epoch"])) > self.epoch:
            self.epoch, self.command, self.asked, self.answer = epoch, 0, "", ()
        if isinstance(command, list):
            number, asked, reasons = command
            self.command, self.asked = number, asked
            self.answer = tuple((code, detail) for code, detail in reasons)
        if isinstance(place, list):
            boot_id, seq, head = place
            self.acknowledged = (boot_id, seq, head)


@dataclass(slots=True)
class Fence:
    """Lets commands through, each once."""

    log: Logbook
    known: Fenced = field(default_factory=Fenced)

    def refusal(self, epoch: int) -> Reason | None:
        """Return why a caller with `epoch` may do nothing; a higher one than ever shuts all lower ones out."""
        if epoch < self.known.epoch:
            return FENCED, f"epoch {epoch}, highest seen is {self.known.epoch}"
        if epoch > self.known.epoch:
            self._keep({"epoch": epoch})
        return None

    def obey(self, epoch: int, command: int, asked: str, act: Callable[[], Reasons]) -> Reasons:
        """Do `act` and return why not; the same command again is answered again and does nothing.

        `asked` says what the command asks for: the same id never stands for two things.
        """
        fenced = self.refusal(epoch)
        if fenced:
            return (fenced,)
        known = self.known
        if command < max(1, known.command):
            return ((STALE_COMMAND, f"command {command}, highest seen under epoch {epoch} is {known.command}"),)
        if command == known.command:
            if asked != known.asked:
                return ((CONFLICT, f"command {command} was {known.asked}, not {asked}"),)
            return known.answer
        reasons = act()
        self._keep({"command": [command, asked, [list(reason) for reason in reasons]]})
        return reasons

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Reasons:
        """Keep that a controller has recorded the journal up to a place; only ever forward."""
        fenced = self.refusal(epoch)
        if fenced:
            return (fenced,)
        place = self.log.place(boot_id, seq)
        if place is None:
            return ((WRONG_HEAD, f"there is no entry {seq} of boot {boot_id or 'none'}"),)
        count, own = place
        if head != own:
            return ((WRONG_HEAD, f"entry {seq} of boot {boot_id or 'none'}: the head is {own}, not {head}"),)
        former = self.log.place(*self.known.acknowledged[:2])
        if former is None or count > former[0]:
            self._keep({"acknowledged": [boot_id, seq, head]})
        return ()

    def document(self) -> dict[str, object]:
        """Return the keys of the status document that come from here."""
        boot_id, seq, head = self.known.acknowledged
        return {
            "epoch": self.known.epoch,
            "command": self.known.command,
            "acknowledged": {"boot_id": boot_id, "seq": seq, "head": head},
        }

    def _keep(self, note: Mapping[str, object]) -> None:
        self.known.take(note)
        self.log.note(note)


def _whole(value: object) -> int:
    if type(value) is not int:
        message = f"not a whole number: {value!r}"
        raise TypeError(message)
    return value
