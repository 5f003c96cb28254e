"""Command ids: they rise strictly under an epoch, over every link that was opened under it."""

from hal.status import MachineStatus


class Counter:
    """Counts on from where the machine, whose `status` was read at the opening, has got under `epoch`.

    `former` counted for the link before: what it gave out may still be on its way, so that the machine does not know it
    yet, and must never stand for another command.
    """

    def __init__(self, epoch: int = 0, status: MachineStatus | None = None, former: "Counter | None" = None) -> None:
        self.epoch = epoch
        self.last = status.command if status is not None and status.epoch == epoch else 0
        if former is not None and former.epoch == epoch:
            self.last = max(self.last, former.last)

    def take(self) -> int:
        """Return an id that was never used under the epoch."""
        self.last += 1
        return self.last
