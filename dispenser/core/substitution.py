"""One brand in the place of another: same substance, same strength, same form, other looks (R11).

A pharmacy may substitute inside a substitution group (Medicinpriser). Nothing else about the medicine may differ, and
the staff who hand it out must be told, because they know tablets by their looks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from dispenser.core.dosage import DoseRange, StructuredDosage
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.plan import Ordination
from dispenser.core.product import Product
from dispenser.core.quantity import QuantityError, quarters_of
from dispenser.core.roll import Period, Roll

SAME_PRODUCT = "same-product"
NO_GROUP = "no-group"
"""At least one of the two is in no substitution group."""
OTHER_GROUP = "other-group"
OTHER_SUBSTANCE = "other-substance"
OTHER_STRENGTH = "other-strength"
OTHER_FORM = "other-form"
"""Depot beside plain tablet: same number, other medicine."""
PATIENT_CHOICE = "patient-choice"
"""The citizen has chosen the brand (FMK Substitution ChosenByPatient)."""
NOT_DISPENSABLE = "not-dispensable"
NOT_DIVISIBLE = "not-divisible"
"""The dosage has parts of a tablet that the other brand cannot be broken into."""

REFUSAL_REASONS = (
    SAME_PRODUCT,
    PATIENT_CHOICE,
    NO_GROUP,
    OTHER_GROUP,
    OTHER_SUBSTANCE,
    OTHER_STRENGTH,
    OTHER_FORM,
    NOT_DISPENSABLE,
    NOT_DIVISIBLE,
)
"""Every reason that `why_not_substitutable` can give, in its order."""


class SubstitutionError(ValueError):
    """Another brand that must not be packed instead: all `reasons`."""

    def __init__(self, ordination_id: OrdinationId, reasons: tuple[str, ...]) -> None:
        """Keep all `reasons`; at least one."""
        super().__init__(f"{ordination_id}: {', '.join(reasons)}")
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class BrandChange:
    """What looks different from `since` on: the product that was packed before, and the one that is packed now."""

    before: Product
    after: Product
    since: date


def why_not_substitutable(ordered: Product, other: Product, *, chosen_by_patient: bool = False) -> tuple[str, ...]:
    """Return every reason why `other` must not be packed for `ordered`; empty allows it."""
    problems = {
        SAME_PRODUCT: ordered.product_id == other.product_id,
        PATIENT_CHOICE: chosen_by_patient,
        NO_GROUP: not ordered.substitution_group or not other.substitution_group,
        OTHER_GROUP: ordered.substitution_group != other.substitution_group,
        OTHER_SUBSTANCE: ordered.atc != other.atc,
        OTHER_STRENGTH: ordered.strength != other.strength,
        OTHER_FORM: ordered.form != other.form,
        NOT_DISPENSABLE: not (other.dispensable and other.solid_oral),
    }
    return tuple(reason for reason in REFUSAL_REASONS if problems.get(reason))


def substitute(
    ordination: Ordination, ordered: Product, other: Product, *, chosen_by_patient: bool = False
) -> Ordination:
    """Return `ordination` with `other` in the place of the `ordered` product.

    Raises:
        SubstitutionError: it must not be, for all the reasons it names.
    """
    reasons = why_not_substitutable(ordered, other, chosen_by_patient=chosen_by_patient)
    if not _divides(ordination, other):
        reasons = (*reasons, NOT_DIVISIBLE)
    if reasons:
        raise SubstitutionError(ordination.ordination_id, reasons)
    return replace(ordination, product_id=other.product_id)


def brand_changes(
    before: Iterable[tuple[ProductId, date]], after: Roll, products: Mapping[ProductId, Product]
) -> tuple[BrandChange, ...]:
    """Return what `after` packs that looks different from what the citizen got `before` in its place.

    `before` are products and dates of earlier pouches. What replaces what is told by the substitution group; the
    latest of the group counts, and a group of which one brand goes on unchanged has changed nothing.
    """
    latest: dict[str, tuple[date, Product]] = {}
    for product_id, day in before:
        product = products.get(product_id)
        if product is not None and product.substitution_group:
            known = latest.get(product.substitution_group)
            if known is None or known[0] < day:
                latest[product.substitution_group] = day, product
    packed: dict[ProductId, date] = {}
    for pouch in after.pouches:
        for content in pouch.contents:
            packed.setdefault(content.product_id, pouch.date)
    found: list[BrandChange] = []
    for product_id, since in packed.items():
        product = products.get(product_id)
        old = latest.get(product.substitution_group) if product is not None else None
        if product is not None and old is not None and old[1].product_id not in packed:
            found.append(BrandChange(old[1], product, since))
    return tuple(found)


def courses(rolls: Iterable[Roll], window: Period) -> dict[OrdinationId, tuple[ProductId, ...]]:
    """Return the products of each line in `window`, one after the other; one and back again is three.

    One substitution for a line and period is usual (R11): a course of up to two products.
    """
    dated: dict[OrdinationId, set[tuple[date, ProductId]]] = {}
    for roll in rolls:
        for pouch in roll.pouches:
            if window.first <= pouch.date <= window.last:
                for content in pouch.contents:
                    dated.setdefault(content.ordination_id, set()).add((pouch.date, content.product_id))
    return {
        line: tuple(product for product, _ in groupby(product for _, product in sorted(entries)))
        for line, entries in dated.items()
    }


def _divides(ordination: Ordination, product: Product) -> bool:
    if not isinstance(ordination.dosage, StructuredDosage):
        return True
    amounts = [dose.amount for one in ordination.dosage.structures for day in one.days for dose in day.doses]
    try:
        return all(
            isinstance(amount, DoseRange) or not quarters_of(amount) % product.partable.value for amount in amounts
        )
    except QuantityError:
        # Not a quarter of anything: the dosage itself waits for a human.
        return True
