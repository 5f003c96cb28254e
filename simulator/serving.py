"""Puts machines on their wires and keeps them there until the process is told to stop."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.control import serve_control
from simulator.evidence_origin import product_commit, product_version
from simulator.host import Host
from simulator.keys import load_security
from simulator.recall import MemoryDamagedError
from simulator.run_file import RunFile
from simulator.spec import SIGN_AND_ENCRYPT, MachineSpec
from simulator.station import Station, first_of

FASTEST_TIMERS = 0.03
"""Least factor on the line's timers however fast the machine runs: a busy host would miss shorter ones."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class WireError(Exception):
    """A wire that cannot be opened: the port is in use, the address is no address."""


@dataclass(frozen=True, slots=True)
class Service:
    """What to serve and how; `ready` is called for each thing that answers. `web` is host and port of the live view.

    With `record`, everything that happens to the machines is recorded beside their logs.
    """

    specs: Sequence[MachineSpec]
    states: Path
    speed: float
    ready: Callable[[str, str], None]
    record: bool = False
    web: tuple[str, int] | None = None


def serve(service: Service) -> None:
    """Run machines until SIGTERM or SIGINT.

    Raises:
        WireError: a wire cannot be opened.
        StateFolderError: a state folder cannot be used.
        MemoryDamagedError: a log holds a line that no machine wrote.
        RunDamagedError: a recording holds one that no recording wrote.
        OSError: a log cannot be written any more.
    """
    asyncio.run(_until_told(service))


async def _until_told(service: Service) -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in _SIGNALS:
        loop.add_signal_handler(one, told.set)
    stations: list[Station] = []
    try:
        stations += (_station(spec, service) for spec in service.specs)
        works: list[Awaitable[None]] = [_serve_one(station, service) for station in stations]
        works += [serve_control(station.folder, station.inject, station.press) for station in stations]
        if service.web is not None:
            works.append(_serve_web(stations, service.web, service.ready))
        await first_of(told.wait(), *works)
    finally:
        for station in stations:
            station.close()


def _station(spec: MachineSpec, service: Service) -> Station:
    folder = service.states / spec.id
    run_file = RunFile(folder, spec, product_version(), product_commit()) if service.record else None
    return Station(spec, folder, service.speed, run_file, is_watched=service.web is not None)


async def _serve_web(stations: Sequence[Station], place: tuple[str, int], ready: Callable[[str, str], None]) -> None:
    # The web server and its pages are for those who ask for them.
    from simulator.web import serve_web  # noqa: PLC0415

    try:
        await serve_web(stations, place, lambda url: ready("web", url))
    except OSError as error:
        message = f"web {place[0]}:{place[1]} cannot be opened: {error.strerror or error}"
        raise WireError(message) from error


async def _serve_one(station: Station, service: Service) -> None:
    is_ready = False
    spec = station.spec

    def on_ready() -> None:
        nonlocal is_ready
        # Once, however often the power goes.
        if not is_ready:
            is_ready = True
            service.ready(spec.id, spec.where)

    async def on_wire(host: Host) -> None:
        try:
            await _port(spec, host, on_ready)
        except (OSError, ValueError) as error:
            if is_ready:
                raise
            why = (getattr(error, "strerror", None) or str(error)).removeprefix(f"{spec.where}: ")
            message = f"{spec.id}: {spec.where} cannot be opened: {why}"
            raise WireError(message) from error

    try:
        await station.run(on_wire)
    except MemoryDamagedError as error:
        message = f"{station.folder}: {error}"
        raise MemoryDamagedError(message) from error


def _port(spec: MachineSpec, host: Host, on_ready: Callable[[], None]) -> Awaitable[None]:
    # Each wire has its own libraries; a process loads only what its machine speaks.
    if spec.wire == "serial":
        from simulator.ports.line import serve_line  # noqa: PLC0415

        return serve_line(host, spec.where, spec.baud, max(1 / host.speed, FASTEST_TIMERS), on_ready)
    from simulator.ports.opcua import serve_opcua  # noqa: PLC0415
    from simulator.ports.opcua_relayed import serve_opcua_relayed  # noqa: PLC0415

    security = load_security(Path(spec.keys)) if spec.security == SIGN_AND_ENCRYPT else None
    serve = serve_opcua_relayed if spec.relay else serve_opcua
    return serve(host, spec.where, on_ready, security)
