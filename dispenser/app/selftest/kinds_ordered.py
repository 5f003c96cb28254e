"""Faults in plans as they are pushed: orders that no machine may follow, each of which must be parked or refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from dispenser.app.selftest.chance import Chance, pick
from dispenser.app.selftest.handles import some_line, with_line, with_plan
from dispenser.app.selftest.kind import Fault, Kind, Part
from dispenser.app.selftest.kinds_plan import dosage_of, is_simple, structured, with_doses
from dispenser.app.selftest.shelf import EPSILOL, IOTREXAT
from dispenser.app.selftest.world import World
from dispenser.core.dosage import DosageDay, DoseRange, FreeTextDosage, LocalSchemaDosage, OrderedDose
from dispenser.core.ids import ProductId
from dispenser.core.limits import LONGEST_INTERVAL
from dispenser.core.plan import INSTRUCTION_LENGTH, Ordination
from dispenser.core.product import Partable, Product
from dispenser.core.quantity import LARGEST_DOSE_UNITS

Line = Callable[[Chance, Ordination], Ordination]
_DAY: Final = timedelta(days=1)
_ABSURD: Final = tuple(map(Decimal, ("-1", "NaN", "Infinity", "1e9", "0.0000000001", "1000")))
_UNEQUAL: Final = tuple(map(Decimal, ("0.3", "0.33", "1.1", "0.125")))


def _line(alter: Line, chance: Chance, world: World) -> Fault | None:
    found = some_line(chance, world, is_simple)
    if found is None:
        return None
    plan, line = found
    return Fault(with_plan(world, with_line(plan, line, alter(chance, line))), line.ordination_id)


def _doses(alter: Callable[[Chance, OrderedDose], OrderedDose]) -> Line:
    def altered(chance: Chance, line: Ordination) -> Ordination:
        return replace(line, dosage=with_doses(dosage_of(line), partial(alter, chance)))

    return altered


def _as_needed(_: Chance, dose: OrderedDose) -> OrderedDose:
    return replace(dose, as_needed=True)


def _range(chance: Chance, dose: OrderedDose) -> OrderedDose:
    return replace(dose, amount=DoseRange(dose.units, dose.units + chance.randint(1, 2)))


def _absurd(chance: Chance, dose: OrderedDose) -> OrderedDose:
    return replace(dose, amount=pick(chance, _ABSURD))


def _uneven(chance: Chance, dose: OrderedDose) -> OrderedDose:
    return replace(dose, amount=pick(chance, _UNEQUAL))


def _many(chance: Chance, dose: OrderedDose) -> OrderedDose:
    return replace(dose, amount=Decimal(LARGEST_DOSE_UNITS + chance.randint(1, 80)))


def _free_text(chance: Chance, line: Ordination) -> Ordination:
    words = ("efter behov", "1 til 2 ved smerter", "efter INR", "som aftalt", "")
    return replace(line, dosage=FreeTextDosage(pick(chance, words)))


def _local_schema(_: Chance, line: Ordination) -> Ordination:
    return replace(line, dosage=LocalSchemaDosage())


def _no_day(_: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    return replace(line, dosage=structured(replace(one, interval=0, days=(replace(one.days[0], number=0),))))


def _bad_cycle(chance: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    beyond = replace(one, days=(replace(one.days[0], number=one.interval + chance.randint(1, 5)),))
    wrong = (beyond, replace(one, interval=-1), replace(one, interval=LONGEST_INTERVAL + 1))
    return replace(line, dosage=structured(pick(chance, wrong)))


def _day_twice(_: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    return replace(line, dosage=structured(replace(one, days=(*one.days, one.days[0]))))


def _empty_day(_: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    return replace(line, dosage=structured(replace(one, days=(DosageDay(1, ()),))))


def _overlapping(chance: Chance, line: Ordination) -> Ordination:
    dosage = dosage_of(line)
    one = dosage.structures[0]
    again = replace(one, start=one.start + chance.randint(0, 9) * _DAY)
    return replace(line, dosage=replace(dosage, structures=(one, again)))


def _gap(chance: Chance, line: Ordination) -> Ordination:
    dosage = dosage_of(line)
    one = dosage.structures[0]
    end = one.start + 9 * _DAY
    later = replace(one, start=end + chance.randint(2, 9) * _DAY)
    return replace(line, dosage=replace(dosage, structures=(replace(one, end=end), later)))


def _backwards(_: Chance, line: Ordination) -> Ordination:
    return replace(line, last=line.first - _DAY)


def _outside(chance: Chance, line: Ordination) -> Ordination:
    return replace(line, first=line.first + chance.randint(1, 30) * _DAY)


def _structure_backwards(_: Chance, line: Ordination) -> Ordination:
    one = dosage_of(line).structures[0]
    return replace(line, dosage=structured(replace(one, end=one.start - _DAY)))


def _unknown(chance: Chance, line: Ordination) -> Ordination:
    return replace(line, product_id=ProductId(f"2810{chance.randrange(10**7):07d}"))


def _long_instruction(chance: Chance, line: Ordination) -> Ordination:
    return replace(line, instruction="x" * (INSTRUCTION_LENGTH + chance.randint(1, 40)))


def _unmapped(_: Chance, line: Ordination) -> Ordination:
    """More plain doses a day than the slot table has times for."""
    one = dosage_of(line).structures[0]
    plain = tuple(OrderedDose(None, Decimal(1)) for _ in range(9))
    return replace(line, dosage=structured(replace(one, days=(replace(one.days[0], doses=plain),))))


def _uncounted(_: Chance, line: Ordination) -> Ordination:
    return replace(line, dosage=replace(dosage_of(line), unit="ml"))


def _unsuited(alter: Callable[[Product], Product], chance: Chance, world: World) -> Fault | None:
    """Let the catalogue say that a product of some line must stay out."""
    found = some_line(chance, world)
    if found is None:
        return None
    _, line = found
    products = world.catalogue.products
    now = alter(products[line.product_id])
    catalogue = replace(world.catalogue, products={**products, line.product_id: now})
    return Fault(replace(world, catalogue=catalogue), line.ordination_id)


def _not_divisible(chance: Chance, world: World) -> Fault | None:
    """Order half of what must not be broken."""
    whole = {one.product_id for one in world.catalogue.products.values() if one.partable is Partable.INDIVISIBLE}
    found = some_line(chance, world, lambda line: line.product_id in whole)
    if found is None:
        return None
    plan, line = found
    half = with_doses(dosage_of(line), lambda dose: replace(dose, amount=Decimal("0.5")))
    return Fault(with_plan(world, with_line(plan, line, replace(line, dosage=half))), line.ordination_id)


def _twice(chance: Chance, world: World) -> Fault | None:
    # A line that twice of is more than a rule allows waits for that rule, before anybody compares names.
    found = some_line(chance, world, lambda line: line.product_id not in {EPSILOL.product_id, IOTREXAT.product_id})
    if found is None:
        return None
    plan, line = found
    return Fault(with_plan(world, replace(plan, ordinations=(*plan.ordinations, line))), line.ordination_id)


def _kind(name: str, what: str, alter: Line, *checks: str) -> Kind:
    return Kind(name, what, Part.PLANS, checks or ("R2",), partial(_line, alter))


KINDS: Final = (
    _kind("ordered-as-needed", "a dose is ordered as needed", _doses(_as_needed)),
    _kind("ordered-range", "a dose is ordered as a range", _doses(_range)),
    _kind("ordered-in-words", "a dosage is words only", _free_text),
    _kind("ordered-elsewhere", "a dosage is kept in another system", _local_schema),
    _kind("ordered-for-no-day", "a dose is not tied to a day", _no_day),
    _kind("ordered-absurdly", "a quantity is no quantity that anyone can mean", _doses(_absurd)),
    _kind("ordered-unevenly", "a quantity is no multiple of a quarter", _doses(_uneven)),
    _kind("ordered-too-many", "more units at once than a machine may pack unasked", _doses(_many), "C12"),
    _kind("ordered-day-outside-cycle", "a cycle contradicts itself", _bad_cycle),
    _kind("ordered-day-twice", "a day of a cycle is there twice", _day_twice),
    _kind("ordered-empty-day", "a day of a cycle has no dose", _empty_day),
    _kind("ordered-overlapping", "two dosages hold on the same days", _overlapping),
    _kind("ordered-with-gap", "days between two dosages are not declared as a pause", _gap),
    _kind("ordered-treatment-backwards", "a treatment ends before it begins", _backwards),
    _kind("ordered-outside-treatment", "a dosage begins before its treatment", _outside),
    _kind("ordered-dosage-backwards", "a dosage ends before it begins", _structure_backwards),
    _kind("ordered-without-times", "more plain doses a day than there are times for", _unmapped),
    _kind("ordered-uncounted", "a unit that a machine cannot count", _uncounted),
    _kind("ordered-unknown-product", "a product that the catalogue does not have", _unknown, "R3"),
    _kind("ordered-long-instruction", "an instruction too long for a pouch", _long_instruction, "R8"),
    Kind(
        "ordered-without-d-mark",
        "a product that its producer has not declared suitable",
        Part.PLANS,
        ("C11",),
        partial(_unsuited, lambda product: replace(product, dispensable=False)),
    ),
    Kind(
        "ordered-not-solid",
        "a product that no pouch may hold",
        Part.PLANS,
        ("C11",),
        partial(_unsuited, lambda product: replace(product, solid_oral=False)),
    ),
    Kind("ordered-undividable", "half of a tablet that must not be broken", Part.PLANS, ("C12",), _not_divisible),
    Kind("ordered-twice", "one line is there twice", Part.PLANS, ("C2",), _twice),
)
