"""The course of a demonstration, step by step, every step through an interface that a user has."""

import time
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dispenser.cli.demo.folder import DemoFolder
from dispenser.cli.demo.processes import DemoFailedError, Processes

GROUP = "hjemmepleje-nord"
PHARMACIST = "Demo Farmaceut"
_READY_SECONDS = 60.0
_PACK_SECONDS = 600.0
_LOOK_SECONDS = 0.25
_BAD_BUNDLES = 6


class Course:
    """Runs the steps in order; each leaves its trace in the folder."""

    def __init__(self, folder: DemoFolder, processes: Processes, console: Console, *, speed: int) -> None:
        """Prepare; nothing runs before `run`. Machines run `speed` times faster than real ones."""
        self._folder = folder
        self._processes = processes
        self._console = console
        self._speed = speed

    def run(self, citizens: int) -> None:
        """Go from nothing to a packed batch with its papers.

        Raises:
            DemoFailedError: a step failed; nothing is hidden.
        """
        self._start()
        self._push(citizens)
        with httpx2.Client(base_url=self._folder.url, timeout=60.0) as client:
            batch_id = self._plan(client)
            self._release(batch_id)
            self._pack(client, batch_id)
            self._fetch(client, f"/batches/{batch_id}/labels.pdf", self._folder.labels_pdf)
            self._fetch(client, f"/batches/{batch_id}/record.pdf", self._folder.record_pdf)

    def _start(self) -> None:
        folder = self._folder
        self._console.print(f"Starting {len(folder.machines)} simulated machines, {self._speed} times real speed ...")
        for machine in folder.machines:
            state, fleet = str(folder.states), str(folder.fleet)
            options = ("--machine", machine.machine_id, "--state", state, "--speed", str(self._speed))
            self._processes.start(machine.machine_id, "dispenser-sim", "run", fleet, *options)
        for machine in folder.machines:
            self._processes.await_line(machine.machine_id, "ready", _READY_SECONDS)
            self._console.print(f"  {machine.machine_id}: {machine.uri}")
        self._processes.start("controller", "dispenser", "serve", "--config", str(folder.config))
        self._processes.await_line("controller", "panel on", _READY_SECONDS)
        self._console.print(f"Controller and panel: [bold]{folder.url}[/]")

    def _push(self, citizens: int) -> None:
        folder = self._folder
        options = ("--citizens", str(citizens), "--bad", str(_BAD_BUNDLES), "--seed", str(folder.seed))
        where = ("--products", str(folder.products), "--out", str(folder.plans), "--group", GROUP)
        self._processes.run("dispenser-sim", "plans", *options, "--from", folder.first.isoformat(), *where)
        from dispenser.cli.push import push_files

        self._console.print(f"Pushing medication plans of {citizens} citizens as FHIR bundles ...")
        push_files([folder.plans], folder.url, as_json=False)

    def _plan(self, client: httpx2.Client) -> str:
        folder = self._folder
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        options = ("--group", GROUP, "--first", folder.first.isoformat(), "--deadline", now)
        self._processes.run("dispenser", "period", "open", *options, "--config", str(folder.config))
        self._console.print("The period's deadline has passed; the controller plans the batch ...")
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until:
            batches = client.get("/api/batches").raise_for_status().json()
            if batches:
                return str(batches[0]["batch_id"])
            self._processes.require("controller")
            time.sleep(_LOOK_SECONDS)
        message = f"no batch was planned; log: {self._processes.log('controller')}"
        raise DemoFailedError(message)

    def _release(self, batch_id: str) -> None:
        self._processes.run(
            "dispenser", "batch", "release", batch_id, "--who", PHARMACIST, "--config", str(self._folder.config)
        )
        self._console.print(f"Batch {batch_id} released by {PHARMACIST}.")

    def _pack(self, client: httpx2.Client, batch_id: str) -> None:
        columns = (TextColumn("packing pouches"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        until = time.monotonic() + _PACK_SECONDS
        with Progress(*columns, console=self._console, disable=self._console.quiet) as progress:
            task = progress.add_task("packing")
            while time.monotonic() < until:
                batch = client.get(f"/api/batches/{batch_id}").raise_for_status().json()
                progress.update(task, total=batch["pouches"], completed=batch["packed"])
                if batch["state"] == "packed":
                    return
                for name in ("controller", *(machine.machine_id for machine in self._folder.machines)):
                    self._processes.require(name)
                time.sleep(_LOOK_SECONDS)
        message = f"batch {batch_id} was not packed within {_PACK_SECONDS:.0f} s"
        raise DemoFailedError(message)

    def _fetch(self, client: httpx2.Client, path: str, to: Path) -> None:
        to.write_bytes(client.get(path).raise_for_status().content)
