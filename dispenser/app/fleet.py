"""All machines at once: one supervisor task each, none can take the others down."""

import asyncio
from collections.abc import Coroutine, Mapping
from functools import partial

import structlog

from dispenser.app.ledger import Ledger
from dispenser.app.offload import Offload
from dispenser.app.services import Services
from dispenser.app.supervise import Supervisor
from dispenser.core.ids import MachineId
from hal.driver import MachineDriver

READMISSION_SECONDS = 2.0
"""Time between two looks whether a machine that was given up is readmitted."""

_log = structlog.get_logger()


class Fleet:
    """The machines that this controller serves."""

    def __init__(
        self,
        services: Services,
        drivers: Mapping[MachineId, MachineDriver],
        holder: str,
        offload: Offload = asyncio.to_thread,
    ) -> None:
        """Prepare a supervisor for each of `drivers`; connects to nothing. `holder` names us in every lease."""
        self._services = services
        self._ledger = Ledger(services.database, services.clock, offload)
        self._supervisors = {
            machine_id: Supervisor(services, machine_id, driver, holder, self._ledger, self._has_tried_all)
            for machine_id, driver in drivers.items()
        }
        self._tasks: dict[MachineId, asyncio.Task[None]] = {}

    def _has_tried_all(self) -> bool:
        """Return whether every machine was tried: one of them may know more than the database, and hold the others."""
        return all(supervisor.has_tried for supervisor in self._supervisors.values())

    async def start(self) -> None:
        """Begin to serve every machine."""
        for machine_id, supervisor in self._supervisors.items():
            self._begin(machine_id, self._serve(supervisor))

    def _begin(self, machine_id: MachineId, course: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(course, name=f"machine {machine_id}")
        task.add_done_callback(partial(self._ended, machine_id))
        self._tasks[machine_id] = task

    async def _serve(self, supervisor: Supervisor) -> None:
        while True:
            await supervisor.run()
            # It gave the machine up; nobody but two people can bring it back.
            await self._readmission(supervisor)

    async def _serve_again(self, supervisor: Supervisor, why: str) -> None:
        """Serve a machine whose supervisor failed, once two people say so."""
        await self._services.clock.sleep(READMISSION_SECONDS)
        await supervisor.leave(RuntimeError(why))
        await self._readmission(supervisor)
        await self._serve(supervisor)

    async def _readmission(self, supervisor: Supervisor) -> None:
        await self._services.clock.sleep(READMISSION_SECONDS)
        while not await supervisor.is_readmitted():
            await self._services.clock.sleep(READMISSION_SECONDS)

    async def stop(self) -> None:
        """Stop serving; the machines go on with what they have, and are read when we are back."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()
        await self._ledger.close()

    def _ended(self, machine_id: MachineId, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            # Whatever a driver of others raises: its machine is unserved, and says so in the log and on the board.
            _log.error("supervisor ended", task=task.get_name(), exc_info=error)
            why = f"{type(error).__name__}: {error}"
            self._begin(machine_id, self._serve_again(self._supervisors[machine_id], why))
