"""Reads a Danish price list of tablets and capsules (Medicinpriser LMS01, as CSV with named columns) into a catalogue.

The dose-dispensing mark alone does not make a product fit: BEK 827/2024 § 112 leaves out forms and classes of medicine.
Every product for people stays in the catalogue, so that a plan that orders it is parked by name and not refused as
unknown; only those that may be packed and have a short name are dispensable.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue, Partable, Product
from pharmacy_sync.catalogue.short_names import Named, short_names
from pharmacy_sync.problems import catalogue as problems
from safety.findings import Code, Finding, Severity, found

COLUMNS: Final = (
    "drugid", "name", "form_text", "form_code", "strength_text", "atc", "route", "subst_group", "dose_dispensing",
)  # fmt: skip
_MODIFIED: Final = frozenset({"DEPTAB", "DEPTABF", "DEPKAP", "DEPKAPH", "TABMOD", "KAPMOD", "KAPMODH"})
_SOLID: Final = _MODIFIED | {"TAB", "TABFILM", "TABOTR", "ENTTAB", "ENTKAPH", "KAP", "KAPH", "KAPB"}
"""Forms that are swallowed whole: no chewable, soluble, dispersible, effervescent or orodispersible tablets."""
_COATED: Final = frozenset({"TABFILM", "TABOTR", "ENTTAB"})
_EXCLUDED: Final = {
    "L01": "cytostatikum",
    "L04AX03": "cytostatikum",
    "J01C": "penicillin",
    "J01D": "cefalosporin",
}
"""ATC prefix -> why it may not share a machine (BEK 827/2024 § 112: no cross-contamination)."""
_SEX_HORMONES: Final = "G03"
_SEPARATE: Final = ("Sinemet",)
"""Products that must be alone in their pouch (Danish Medicines Agency, remarks on dose dispensing)."""
_DRUG_ID: Final = re.compile(r"[0-9]{11}\Z")
_ATC: Final = re.compile(r"Q?[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?\Z")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The catalogue, everything noted on the way, and how many rows and dose-dispensing marks the list has.

    The catalogue is empty when a finding refuses the list.
    """

    catalogue: Catalogue
    findings: tuple[Finding, ...]
    rows: int
    marked: int

    @property
    def refused(self) -> bool:
        """Whether the list was refused as a whole."""
        return any(finding.code.severity is Severity.REFUSE for finding in self.findings)

    def needing_human(self) -> tuple[Finding, ...]:
        """Return the findings about products that could be packed if a human gave them a short name."""
        wanted = (problems.SHORT_NAME_NEEDS_HUMAN, problems.STRENGTH_MISSING)
        return tuple(finding for finding in self.findings if finding.code in wanted)


def import_price_list(text: str) -> ImportResult:
    """Return the catalogue of a price list; what cannot be read refuses the whole list."""
    version = f"lms-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
    reader = csv.DictReader(text.removeprefix("\ufeff").splitlines(), restval="", strict=True)
    try:
        rows: list[Row] = list(reader)
    except csv.Error as error:
        finding = found(problems.ROW_UNREADABLE, f"row {reader.line_num}", problem=error)
        return ImportResult(Catalogue(version, {}), (finding,), 0, 0)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        finding = found(problems.LIST_UNREADABLE, "row 1", missing=", ".join(missing))
        return ImportResult(Catalogue(version, {}), (finding,), len(rows), 0)
    marked = sum(_is_marked(row) for row in rows)
    unreadable = _unreadable(rows)
    if unreadable:
        return ImportResult(Catalogue(version, {}), unreadable, len(rows), marked)
    for_people = [row for row in rows if not row["atc"].startswith("Q")]
    judged = ((row["drugid"], _bar(row)) for row in for_people)
    barred = {drug_id: finding for drug_id, finding in judged if finding is not None}
    fit = [row for row in for_people if _is_marked(row) and row["drugid"] not in barred]
    names = short_names([_named(row) for row in fit])
    products = [_product(row, names.get(row["drugid"], "")) for row in for_people]
    findings = [barred[row["drugid"]] for row in for_people if _is_marked(row) and row["drugid"] in barred]
    nameless = [row for row in fit if row["drugid"] not in names]
    findings += [found(problems.SHORT_NAME_NEEDS_HUMAN, row["drugid"], name=_full_name(row)) for row in nameless]
    catalogue = Catalogue(version, {product.product_id: product for product in products})
    return ImportResult(catalogue, tuple(findings), len(rows), marked)


def _is_marked(row: Row) -> bool:
    return row["dose_dispensing"] == "D"


def _full_name(row: Row) -> str:
    return f"{row['name']} {row['strength_text']} {row['form_text']}"


def _unreadable(rows: Sequence[Row]) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        problem = ""
        if not _DRUG_ID.match(row["drugid"]):
            problem = "drugid is not 11 digits"
        elif row["drugid"] in seen:
            problem = f"drugid {row['drugid']} stands twice"
        elif not row["name"].strip():
            problem = "name is empty"
        elif row["atc"] and not _ATC.match(row["atc"]):
            problem = "atc is not an ATC code"
        elif row["dose_dispensing"] not in ("", "D"):
            problem = "dose_dispensing is neither D nor empty"
        seen.add(row["drugid"])
        if problem:
            findings.append(found(problems.ROW_UNREADABLE, f"row {number}", problem=problem))
    return tuple(findings)


def _bar(row: Row) -> Finding | None:
    """Return why a product may never be packed whatever its mark says, None when it may."""
    name, atc = _full_name(row), row["atc"]
    if row["form_code"] not in _SOLID or row["route"] != "OR":
        return _noted(problems.FORM_NOT_ALLOWED, row, name=name, form=row["form_text"])
    for prefix, kind in _EXCLUDED.items():
        if atc.startswith(prefix):
            return _noted(problems.CLASS_NOT_ALLOWED, row, name=name, atc=prefix, kind=kind)
    if atc.startswith(_SEX_HORMONES) and row["form_code"] not in _COATED:
        return _noted(problems.CLASS_NOT_ALLOWED, row, name=name, atc=_SEX_HORMONES, kind="kønshormon uden overtræk")
    if not row["strength_text"].strip():
        return _noted(problems.STRENGTH_MISSING, row, name=name)
    return None


def _noted(code: Code, row: Row, **details: str) -> Finding:
    return found(code, row["drugid"], **details)


def _is_capsule(row: Row) -> bool:
    return "KAP" in row["form_code"]


def _named(row: Row) -> Named:
    return Named(
        key=row["drugid"],
        name=row["name"],
        strength=row["strength_text"],
        atc=row["atc"],
        modified=row["form_code"] in _MODIFIED,
        capsule=_is_capsule(row),
    )


def _product(row: Row, short_name: str) -> Product:
    return Product(
        product_id=ProductId(row["drugid"]),
        name=row["name"],
        form=row["form_text"],
        strength=row["strength_text"],
        atc=row["atc"],
        short_name=short_name,
        units=("kapsel", "kapsler") if _is_capsule(row) else ("tablet", "tabletter"),
        # The price list does not say whether a tablet may be broken.
        partable=Partable.INDIVISIBLE,
        dispensable=bool(short_name),
        solid_oral=row["form_code"] in _SOLID and row["route"] == "OR",
        separate_pouch=row["name"].startswith(_SEPARATE),
        tray_only=row["atc"].startswith(_SEX_HORMONES),
        substitution_group=row["subst_group"],
        appearance="",
        appearance_invented=False,
        # Nor how large it is, so that only the number of units bounds a pouch.
    )
