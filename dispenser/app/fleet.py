"""All machines at once: one supervisor task each, none can take the others down."""

import asyncio
from collections.abc import Mapping

import structlog

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
        self._supervisors = {
            machine_id: Supervisor(services, machine_id, driver, holder, offload)
            for machine_id, driver in drivers.items()
        }
        self._tasks: dict[MachineId, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Begin to serve every machine."""
        for machine_id, supervisor in self._supervisors.items():
            task = asyncio.create_task(self._serve(supervisor), name=f"machine {machine_id}")
            task.add_done_callback(self._ended)
            self._tasks[machine_id] = task

    async def _serve(self, supervisor: Supervisor) -> None:
        while True:
            await supervisor.run()
            # It gave the machine up; nobody but two people can bring it back.
            await self._services.clock.sleep(READMISSION_SECONDS)
            while not await supervisor.is_readmitted():
                await self._services.clock.sleep(READMISSION_SECONDS)

    async def stop(self) -> None:
        """Stop serving; the machines go on with what they have, and are read when we are back."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        self._tasks.clear()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            # A supervisor that fails in a way nobody foresaw leaves its machine unserved, and says so loudly.
            _log.error("supervisor ended", task=task.get_name(), exc_info=task.exception())
