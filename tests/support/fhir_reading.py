"""Read FHIR dosages in tests, and look at what came of it."""

from decimal import Decimal

from dispenser.core.dosage import DosageStructure, OrderedDose, StructuredDosage
from pharmacy_sync.fhir.dosages import read_dosages
from pharmacy_sync.reading import ReadDosage
from tests.support.fhir_rows import WRITTEN, Json


def read(*dosages: Json) -> ReadDosage:
    """What the dosages say together, written on the usual day."""
    return read_dosages(list(dosages), WRITTEN)


def codes_of(result: ReadDosage) -> set[str]:
    """The codes of all findings."""
    return {finding.code.id for finding in result.findings}


def structures_of(result: ReadDosage) -> tuple[DosageStructure, ...]:
    """The structures of a dosage that must have some."""
    assert isinstance(result.dosage, StructuredDosage), result.findings
    return result.dosage.structures


def plain(count: int, *, as_needed: bool = False) -> tuple[OrderedDose, ...]:
    """So many plain doses of one unit."""
    return (OrderedDose(None, Decimal(1), as_needed),) * count
