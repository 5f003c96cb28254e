"""Command ids: they rise strictly under an epoch, over every link that was opened under it."""

from hal.status import MachineStatus


class Counter:
    """Counts on from where the machine, whose `status` was read at the opening, has got under `epoch`."""

    def __init__(self, epoch: int = 0, status: MachineStatus | None = None) -> None:
        self._last = status.command if status is not None and status.epoch == epoch else 0

    def take(self) -> int:
        """Return an id that was never used under the epoch."""
        self._last += 1
        return self._last
