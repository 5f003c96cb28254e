"""Composition root: the only place that chooses implementations."""

import asyncio
import errno
import socket
import sys
import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

from dispenser.app.clockwork import Cycle, tick
from dispenser.app.fleet import Fleet
from dispenser.app.machines import noted_document
from dispenser.app.record_trust import begin_witness
from dispenser.app.rule_packs import demonstration_rules
from dispenser.app.rule_plugins import RulesState, discover_rules
from dispenser.app.services import Services
from dispenser.app.told import FindingsError, note_of
from dispenser.config import Config, ConfigError
from dispenser.core.ids import GroupId, MachineId
from dispenser.core.product import Catalogue
from dispenser.core.slots import SlotTable
from dispenser.store.engines import file_of, url_of
from dispenser.store.session import Database
from dispenser.store.witness import Witness
from dispenser.web.app import create_app
from hal.clock import SystemClock
from hal.driver import MachineDriver, Surroundings
from hal.foreign import Failed, attempt
from hal.plugins import NoDriverError, Plugin, PluginState, discover, driver_for
from labels.content import LabelSite
from pharmacy_sync.catalogue.demo import load_demo
from pharmacy_sync.catalogue.price_list import import_price_list
from safety.findings import Finding
from safety.rule_question import RuleProvider
from safety.site_checks import check_driver
from scheduling.triggers import Triggers

_log = structlog.get_logger()
_OWN_PACKAGES = ("hal", "labels", "pharmacy_sync", "safety", "scheduling")


class ForeignPackageError(Exception):
    """A package of another project stands where one of ours must."""


class PortInUseError(Exception):
    """Somebody else listens where the panel should."""


def require_own_packages() -> None:
    """Refuse to run with a foreign package under one of our names (PyPI has a `safety` and a `labels` of others).

    Raises:
        ForeignPackageError: naming the intruder's file.
    """
    home = Path(__file__).resolve().parent.parent
    for name in _OWN_PACKAGES:
        file = Path(import_module(name).__file__ or "").resolve()
        if file.parent.parent != home:
            message = f"'{name}' is {file}, not ours beside {home / 'dispenser'}; remove the other package"
            raise ForeignPackageError(message)


def services_of(config: Config) -> Services:
    """Return what use cases need, as `config` sets it; the database is not opened for work yet."""
    return Services(
        database=Database(config.database),
        catalogue=catalogue_of(config),
        slots=SlotTable(),
        clock=SystemClock(),
        site=LabelSite(config.site.name, config.site.phone, config.site.gtin),
        rules=rules_of(config),
        witness=Witness(witness_file(config)),
    )


def witness_file(config: Config) -> Path:
    """Return the file of the witness: as set, or beside the database file, or of a server in the machine folder."""
    url = url_of(config.database)
    beside = file_of(url)
    chosen = beside.with_suffix(".witness") if beside else Path(config.machine_folder) / f"{url.database}.witness"
    return Path(config.witness) if config.witness else chosen


def rules_of(config: Config) -> tuple[RuleProvider, ...]:
    """Return the clinical rules of plug-ins and settings; a plug-in that cannot be used fails closed."""
    of_settings = (demonstration_rules(),) if config.demonstration_rules else ()
    return (*(plugin.provider for plugin in discover_rules()), *of_settings)


def _tell_unusable_rules() -> None:
    for plugin in discover_rules():
        if plugin.state is not RulesState.USABLE:
            _log.error("rules cannot be used", rules=plugin.name, state=plugin.state.value, detail=plugin.detail)


def catalogue_of(config: Config) -> Catalogue:
    """Return the catalogue that `config` names, or the shipped demonstration.

    Raises:
        ConfigError: the file cannot be read, or is no price list.
    """
    if not config.catalogue:
        return load_demo()
    try:
        result = import_price_list(Path(config.catalogue).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((f"catalogue: {config.catalogue}: {error}",)) from error
    if result.refused:
        raise ConfigError(tuple(f"catalogue: {found.text('en')} {found.fix('en')}" for found in result.findings))
    return result.catalogue


def drivers_of(config: Config) -> tuple[dict[MachineId, MachineDriver], tuple[Finding, ...]]:
    """Return a driver for every machine of `config` that has one, a finding for every other; connects to nothing.

    Raises:
        ConfigError: an address that no driver takes, and it is not for a plug-in that cannot be used.
    """
    plugins = discover()
    if all(plugin.state is PluginState.USABLE for plugin in plugins):
        _require_taken(config, plugins)
    clock = SystemClock()
    drivers: dict[MachineId, MachineDriver] = {}
    findings: list[Finding] = []
    for machine in config.machines:
        surroundings = Surroundings(clock, Path(config.machine_folder) / machine.id)
        built = attempt(partial(_build, machine.uri, surroundings, plugins))
        if isinstance(built, Failed):
            # A vendor's driver may fail in any way; the other machines go on.
            findings += check_driver(machine.id, built.why)
        else:
            drivers[MachineId(machine.id)] = built
    return drivers, tuple(findings)


def _require_taken(config: Config, plugins: Sequence[Plugin]) -> None:
    problems: list[str] = []
    for machine in config.machines:
        try:
            driver_for(machine.uri, plugins)
        except NoDriverError as error:
            problems.append(f"machines.{machine.id}: {error}")
    if problems:
        raise ConfigError(tuple(problems))


def _build(uri: str, surroundings: Surroundings, plugins: Sequence[Plugin]) -> MachineDriver:
    return driver_for(uri, plugins).build(uri, surroundings)


def _tell_machines(services: Services, config: Config, without_driver: Sequence[Finding]) -> None:
    """Make every machine of `config` known, and say of each without a driver that it is not served, and why."""
    with services.database.write() as tx:
        for machine in config.machines:
            tx.machines.configure(MachineId(machine.id), machine.uri)
        for finding in without_driver:
            _log.error("machine without a driver", machine=finding.subject, detail=finding.text("en"))
            note = note_of(FindingsError(findings=[finding]))
            tx.machines.set_link(MachineId(finding.subject), "offline", None, noted_document(None, note))


def app_of(config: Config, services: Services) -> FastAPI:
    """Return the web application; while it runs, it serves the machines and keeps the clockwork going."""
    drivers, without_driver = drivers_of(config)
    _tell_unusable_rules()
    _tell_machines(services, config, without_driver)
    begin_witness(services)
    cycles = [Cycle(GroupId(section.group), section.first, section.days) for section in config.periods]
    fleet = Fleet(services, drivers, holder=f"{socket.gethostname()}/{uuid.uuid4().hex[:8]}")

    def failed(error: BaseException) -> None:
        _log.error("deadline job failed", exc_info=error)

    triggers = Triggers(lambda: tick(services, cycles), failed, config.deadline_check_seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        await fleet.start()
        triggers.start()
        try:
            yield
        finally:
            await asyncio.to_thread(triggers.stop)
            await fleet.stop()

    return create_app(services, lifespan=lifespan, hosts=config.server.allowed_hosts)


def serve(config: Config) -> None:
    """Run controller, API and panel until stopped.

    Raises:
        PortInUseError: the address is taken.
    """
    require_own_packages()
    services = services_of(config)
    services.database.migrate()
    services.database.check()
    listener = listen(config.server.host, config.server.port)
    try:
        app = app_of(config, services)
        port = listener.getsockname()[1]
        sys.stdout.write(f"panel on http://{config.server.host}:{port}\n")
        sys.stdout.flush()
        settings = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
        uvicorn.Server(settings).run(sockets=[listener])
    finally:
        listener.close()
        services.database.close()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at the address.

    Raises:
        PortInUseError: the address is taken, or not ours to take.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            message = f"{host}:{port} is in use; stop what listens there, or set server.port to another one"
        else:
            message = f"{host}:{port}: {error.strerror}"
        raise PortInUseError(message) from error
    return listener
