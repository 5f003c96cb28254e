"""Level wire: what the machine says of itself."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import require, same
from hal.conformance.check import Level, check
from hal.conformance.station import LIVE, find
from hal.driver import CONTRACT_VERSION
from hal.status import Capabilities, MachineStatus, OrderState, capabilities_digest
from hal.wire import words

_LEAST: Final = {
    "bays": 1,
    "pouch_units": 1,
    "print_lines": 1,
    "order_pouches": 2,
    "queue_depth": 2,
    "journal_depth": 1,
    "design_pouches_per_minute": 1,
    "answer_seconds": 1,
}
_MOST_PPM: Final = 1_000_000
_LONGEST_ANSWER: Final = 60


@check(
    "capabilities-stable",
    Level.WIRE,
    "Opened twice, the machine is the same, under the same digest",
    "Åbnet to gange er maskinen den samme, med samme fingeraftryk",
)
async def capabilities_stable(bench: Bench) -> None:
    """Every order carries the digest: it must not change as long as the machine does not."""
    async with bench.opened() as station:
        first = station.capabilities
    async with bench.opened() as station:
        second = station.capabilities
    same("capabilities of the second opening", asdict(second), asdict(first))
    same("digest of the second opening", capabilities_digest(second), capabilities_digest(first))
    same("contract", first.contract, CONTRACT_VERSION)


@check(
    "identity-told",
    Level.WIRE,
    "The machine tells vendor, model, serial number and firmware",
    "Maskinen oplyser fabrikant, model, serienummer og firmware",
)
async def identity_told(bench: Bench) -> None:
    """A recall asks for a machine by its serial number."""
    async with bench.opened() as station:
        found = station.capabilities
    for name in ("vendor", "model", "serial_number", "firmware"):
        text = str(getattr(found, name))
        require(bool(text.strip()), f"{name} is empty")
        require(text.isprintable(), f"{name} has characters that cannot be shown: {text!r}")


@check(
    "capability-limits",
    Level.WIRE,
    "Every limit of the capability document allows packing",
    "Enhver grænse i kapabilitetsdokumentet tillader pakning",
)
async def capability_limits(bench: Bench) -> None:
    """Orders are made after these numbers alone."""
    async with bench.opened() as station:
        found = station.capabilities
    problems = [*_number_problems(found), *_limit_problems(found)]
    require(not problems, "; ".join(problems))


def _number_problems(found: Capabilities) -> Iterator[str]:
    for name, least in _LEAST.items():
        if getattr(found, name) < least:
            yield f"{name} is {getattr(found, name)}, at least {least} is needed"
    for name, value in asdict(found).items():
        if isinstance(value, int) and value < 0:
            yield f"{name} is {value}"


def _limit_problems(found: Capabilities) -> Iterator[str]:
    if found.answer_seconds > _LONGEST_ANSWER:
        yield f"answer_seconds is {found.answer_seconds}; nobody waits longer than {_LONGEST_ANSWER} s for an answer"
    if found.pitch_least_mm > found.pitch_most_mm:
        yield f"the shortest pouch is {found.pitch_least_mm} mm, the longest {found.pitch_most_mm} mm"
    for name in ("camera_sensitivity_ppm", "camera_specificity_ppm"):
        if getattr(found, name) > _MOST_PPM:
            yield f"{name} is more than {_MOST_PPM}"
    numbers = [model.number for model in found.bay_models]
    if len(set(numbers)) != len(numbers) or any(not 1 <= number <= found.bays for number in numbers):
        yield f"the numbers of the bay models are {numbers}, of {found.bays} bays"
    if found.tray_cells and not found.cell_quarters:
        yield "there are tray cells, and no quarters that one may hold"


@check(
    "capability-words",
    Level.WIRE,
    "The capability document uses the words of the contract alone",
    "Kapabilitetsdokumentet bruger kun kontraktens ord",
)
async def capability_words(bench: Bench) -> None:
    """A word that nobody knows is a limit that nobody keeps."""
    async with bench.opened() as station:
        problems = list(_word_problems(station.capabilities))
    require(not problems, "; ".join(problems))


def _word_problems(found: Capabilities) -> Iterator[str]:
    for model in found.bay_models:
        for name, known in (("kind", words.BAY_KINDS), ("tag", words.BAY_TAGS), ("sensor", words.BAY_SENSORS)):
            if getattr(model, name) not in known:
                yield f"{name} of bay {model.number} is {getattr(model, name)!r}, not one of {', '.join(known)}"
    if found.charset not in words.CHARSETS:
        yield f"charset is {found.charset!r}, not one of {', '.join(words.CHARSETS)}"
    if found.journal_keeper not in words.JOURNAL_KEEPERS:
        yield f"journal_keeper is {found.journal_keeper!r}, not one of {', '.join(words.JOURNAL_KEEPERS)}"
    known_modes = {words.PRODUCE, words.MAINTENANCE, words.MANUAL}
    if words.PRODUCE not in found.modes or not known_modes.issuperset(found.modes):
        yield f"modes are {found.modes}: Produce (1) must be there, and nothing beside Maintenance (2) and Manual (3)"
    for item in found.consumables:
        if words.CONSUMABLES.get(item.kind) != item.unit:
            yield f"consumable {item.kind!r} in {item.unit!r}"


@check(
    "alarms-described",
    Level.WIRE,
    "Every alarm that may come has a known code, a category, and texts in two languages",
    "Enhver alarm, der kan komme, har kendt kode, kategori og tekst på to sprog",
)
async def alarms_described(bench: Bench) -> None:
    """Whoever stands at the machine must read what to do."""
    async with bench.opened() as station:
        alarms = station.capabilities.alarms
    require(bool(alarms), "the machine names no alarm")
    codes = [alarm.code for alarm in alarms]
    require(len(set(codes)) == len(codes), f"an alarm stands twice: {sorted(codes)}")
    for alarm in alarms:
        require(alarm.code in words.ALARMS, f"alarm {alarm.code!r} is not known")
        require(alarm.category in words.ALARM_CATEGORIES, f"category of {alarm.code} is {alarm.category!r}")
        texts = (alarm.text_da, alarm.text_en, alarm.steps_da, alarm.steps_en)
        require(all(text.strip() for text in texts), f"a text of alarm {alarm.code} is empty")


@check(
    "status-consistent",
    Level.WIRE,
    "A status agrees with itself, with the lease and with the capabilities",
    "En status stemmer med sig selv, med lejemålet og med kapabiliteterne",
)
async def status_consistent(bench: Bench) -> None:
    """It is looked at before every decision."""
    async with bench.opened() as station:
        order = await station.order()
        await station.driver.ensure_loaded(order)
        status = await station.driver.read_status()
        problems = list(_status_problems(status, station.capabilities, bench.epoch))
        require(find(status, order.number) is not None, f"order {order.number} is loaded and not in the status")
    require(not problems, "; ".join(problems))


def _status_problems(status: MachineStatus, found: Capabilities, epoch: int) -> Iterator[str]:
    numbers = [order.number for order in status.orders]
    if len(set(numbers)) != len(numbers):
        yield f"an order stands twice: {numbers}"
    if any(number > status.high_water for number in numbers):
        yield f"orders {numbers} above the high-water mark {status.high_water}"
    live = [order.number for order in status.orders if order.state in LIVE]
    if len(live) > found.queue_depth:
        yield f"orders {live} are live, at most {found.queue_depth} may be"
    if [order.state for order in status.orders].count(OrderState.RUNNING) > 1:
        yield "two orders run at a time"
    if status.epoch != epoch:
        yield f"epoch is {status.epoch}, the lease has {epoch}"
    if not status.boot_id or status.last_seq < 1:
        yield f"boot {status.boot_id!r} has {status.last_seq} journal entries"
    if status.mode.value not in found.modes:
        yield f"mode {status.mode.name} is not one of {found.modes}"
    told = {(item.kind, item.unit) for item in status.consumables}
    named = {(item.kind, item.unit) for item in found.consumables}
    if told != named:
        yield f"consumables {sorted(told)}, the capabilities name {sorted(named)}"
    strangers = {alarm.code for alarm in status.alarms} - {alarm.code for alarm in found.alarms}
    if strangers:
        yield f"alarms {sorted(strangers)} stand and are not among the capabilities"


@check(
    "bays-consistent",
    Level.WIRE,
    "The bays are those of the capabilities, and two readings at rest are the same",
    "Pladserne er kapabiliteternes, og to aflæsninger i hvile er ens",
)
async def bays_consistent(bench: Bench) -> None:
    """An order names bay, canister and fill as they were read."""
    async with bench.opened() as station:
        first = list(await station.driver.read_bays())
        second = list(await station.driver.read_bays())
        found = station.capabilities
    same("bays of the second reading", second, first)
    require(bool(first), "no bay holds a canister")
    numbers = [bay.number for bay in first]
    require(len(set(numbers)) == len(numbers), f"a bay stands twice: {numbers}")
    beyond = [number for number in numbers if not 1 <= number <= found.bays]
    require(not beyond, f"bays {beyond} of {found.bays}")
    if found.bay_models:
        models = {model.number for model in found.bay_models}
        require(models.issuperset(numbers), f"bays {sorted(set(numbers) - models)} are not described")
    for bay in first:
        told = bay.canister_id and bay.fill_code and bay.product
        require(bool(told), f"bay {bay.number} holds a canister and does not tell which, with which fill and product")
