"""Show cheaply that a roll is sound, or say nothing: what is not shown here is for the checks that make findings.

Packing gives the pouches of equal days the same contents, so each kind of pouch is looked at once, with a bit for every
day on which it comes, and the days are compared with those that the plan gives. A roll that is shown to be sound has no
finding of `check_roll`, `check_capacity`, `verify_roll` or `check_day_totals`; the reverse need not hold.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Content, Pouch
from dispenser.core.presence import Noted
from dispenser.core.product import Catalogue
from dispenser.core.quantity import LARGEST_DOSE_UNITS, QUARTERS_PER_UNIT
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import PouchLimits
from safety.line_proof import LineProof, Order, SlotOrders, Strands
from safety.roll_checks import space_mm3

_MOST_AT_ONCE = LARGEST_DOSE_UNITS * QUARTERS_PER_UNIT


class _Line(NamedTuple):
    """A line of the plan as far as pouches show it."""

    product_id: ProductId
    instruction: str
    strands: Strands


class _Ware(NamedTuple):
    """A product that may be packed: the quarters it is divided into, room of a unit, and whether it is alone."""

    part: int
    space_mm3: int
    alone: bool


class _Kind:
    """Pouches that are alike but for their date and number, and the days on which they come."""

    __slots__ = ("contents", "days", "instruction", "order", "part", "parts", "slot")

    def __init__(self, pouch: Pouch, order: Order) -> None:
        """Take over what all pouches of the kind share."""
        self.contents = pouch.contents
        self.instruction = pouch.instruction
        self.slot = pouch.slot
        self.order = order
        self.part = pouch.part
        self.parts = pouch.parts
        self.days = 0


class _Window(NamedTuple):
    """A roll's period: what lines give in it, and a bit for each of its dates that is in the batch's period too."""

    lines: LineProof
    bits: Mapping[date, int]


class RollProof:
    """Shows of any number of rolls of one batch that they are sound; without `limits`, whatever a pouch can hold."""

    def __init__(self, period: Period, catalogue: Catalogue, slots: SlotTable, limits: PouchLimits | None) -> None:
        """Know nothing yet; `period` is the batch's."""
        self._period = period
        self._catalogue = catalogue
        self._slots = slots
        self._limits = limits
        self._orders = SlotOrders(slots)
        self._windows: dict[Period, _Window] = {}
        self._wares: dict[ProductId, _Ware | None] = {}

    def shows(self, roll: Roll, plan: MedicationPlan) -> bool:
        """Return whether `roll` holds exactly what `plan` gives, all of it still to come, as it must be packed."""
        window = self._window(roll.period)
        lines = _lines(plan, window.lines)
        kinds = self._kinds(roll, window.bits)
        if lines is None or kinds is None:
            return False
        packed: dict[OrdinationId, Strands] = {}
        if not all(self._fits(kind, lines) and _add(kind, packed) for kind in kinds):
            return False
        return packed == {line_id: line.strands for line_id, line in lines.items() if line.strands}

    def gives_nothing(self, plan: MedicationPlan, noted: Noted) -> bool:
        """Return whether `plan` gives nothing in the period of the batch, or an absence of all of it holds it back."""
        lines = _lines(plan, self._window(self._period).lines)
        if lines is None:
            return False
        first, last = self._period.first, self._period.last
        is_away = any(absence.covers(first) and absence.covers(last) for absence in noted.absences)
        return is_away or not any(line.strands for line in lines.values())

    def _window(self, period: Period) -> _Window:
        window = self._windows.get(period)
        if window is None:
            dates = (period.first + timedelta(days=offset) for offset in range(period.days))
            bits = {at: 1 << offset for offset, at in enumerate(dates) if self._period.first <= at <= self._period.last}
            window = self._windows[period] = _Window(LineProof(period, self._slots, self._orders), bits)
        return window

    def _kinds(self, roll: Roll, bits: Mapping[date, int]) -> Collection[_Kind] | None:
        """Return the kinds of pouches; None when numbers, dates, sequence or parts are not evidently right."""
        # The roll keeps the contents, so that their identity stays their own.
        kinds: dict[int, _Kind] = {}
        day = part = parts = 0
        order: Order = (-1, 0, "")
        for place, pouch in enumerate(roll.pouches, start=1):
            kind = kinds.get(id(pouch.contents))
            if kind is None:
                kind = kinds[id(pouch.contents)] = _Kind(pouch, self._orders.of(pouch.slot))
            elif not _is_of(kind, pouch):
                return None
            bit = bits.get(pouch.date)
            if bit is None or pouch.number != place:
                return None
            if kind.part == 1:
                # The intake before has all its parts, and this one comes later.
                goes_on = part == parts and (day < bit or (day == bit and order < kind.order))
            else:
                goes_on = (day, order, part + 1, parts) == (bit, kind.order, kind.part, kind.parts)
            if not goes_on:
                return None
            day, order, part, parts = bit, kind.order, kind.part, kind.parts
            kind.days |= bit
        return kinds.values() if part == parts else None

    def _fits(self, kind: _Kind, lines: Mapping[OrdinationId, _Line]) -> bool:
        """Return whether a pouch may hold this, under this instruction."""
        units = volume = 0
        sums: dict[ProductId, int] = {}
        told, alone = not kind.instruction, False
        for content in kind.contents:
            line, ware = lines.get(content.ordination_id), self._ware(content.product_id)
            if line is None or ware is None or not _is_sound(content, line, ware):
                return False
            if line.instruction:
                if line.instruction != kind.instruction:
                    return False
                told = True
            started = (content.quarters + 3) // 4
            units += started
            volume += started * ware.space_mm3
            alone = alone or ware.alone
            sums[content.product_id] = sums.get(content.product_id, 0) + content.quarters
        if not sums or not told or (alone and len(kind.contents) > 1):
            return False
        # No part may hold more than its share, so that together they cannot hold too much.
        return max(sums.values()) * kind.parts <= _MOST_AT_ONCE and self._has_room(units, volume)

    def _has_room(self, units: int, volume: int) -> bool:
        limits = self._limits
        return limits is None or (units <= limits.units and (not limits.volume_mm3 or volume <= limits.volume_mm3))

    def _ware(self, product_id: ProductId) -> _Ware | None:
        if product_id not in self._wares:
            product = self._catalogue.products.get(product_id)
            may_be_packed = product is not None and product.dispensable and product.solid_oral
            self._wares[product_id] = (
                _Ware(product.partable.value, space_mm3(product), product.separate_pouch)
                if product is not None and may_be_packed
                else None
            )
        return self._wares[product_id]


def is_ahead_and_present(roll: Roll, noted: Noted, since: Moment | None) -> bool:
    """Return whether no day of `roll` has begun at `since` or lies in an absence."""
    first, last = roll.period.first, roll.period.last
    if since is not None and since.day >= first:
        return False
    return not any(
        absence.first <= last and (absence.last is None or absence.last >= first) for absence in noted.absences
    )


def _lines(plan: MedicationPlan, proof: LineProof) -> dict[OrdinationId, _Line] | None:
    """Return the lines by id; None when one needs a closer look or two share an id."""
    lines: dict[OrdinationId, _Line] = {}
    for line in plan.ordinations:
        strands = proof.strands(line)
        if strands is None:
            return None
        lines[line.ordination_id] = _Line(line.product_id, line.instruction, strands)
    return lines if len(lines) == len(plan.ordinations) else None


def _is_of(kind: _Kind, pouch: Pouch) -> bool:
    return (
        kind.slot is pouch.slot
        and kind.part == pouch.part
        and kind.parts == pouch.parts
        and kind.instruction == pouch.instruction
    )


def _is_sound(content: Content, line: _Line, ware: _Ware) -> bool:
    quarters = content.quarters
    return content.product_id == line.product_id and quarters > 0 and quarters % ware.part == 0


def _add(kind: _Kind, packed: dict[OrdinationId, Strands]) -> bool:
    """Add the days of `kind` to what is `packed`; return whether each of its doses is the only one of its kind."""
    days = kind.days
    for content in kind.contents:
        strands = packed.setdefault(content.ordination_id, {})
        strand = (kind.order, content.quarters)
        before = strands.get(strand, 0)
        if before & days:
            return False
        strands[strand] = before | days
    return True
