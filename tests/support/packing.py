"""Let every machine of a hall pack what waits for it."""

from tests.support.hall import Hall

_LONG_MS = 600_000
_MOST_ROUNDS = 50


def pack_all(hall: Hall) -> None:
    """Pack until no machine has anything left; a machine takes one order after the other."""
    for _ in range(_MOST_ROUNDS):
        waiting = []
        for machine_id in hall.machines:
            with hall.services.database.read() as tx:
                live, queued = tx.jobs.live_on(machine_id), tx.jobs.queued_for(machine_id)
            if not live and queued:
                hall.start_next(machine_id)
            if live or queued:
                hall.run(machine_id, _LONG_MS)
                waiting.append(machine_id)
        if not waiting:
            return
    raise AssertionError(waiting)
