"""The cases of a rule pack: made-up plans for which a rule must fire, or must not; read, and tried."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import Dosage, DosageDay, DosageStructure, FreeTextDosage, OrderedDose, PartOfDay
from dispenser.core.dosage import StructuredDosage as Structured
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.slots import SlotTable
from safety import rulepack_codes
from safety.findings import Finding, found
from safety.pack_rules import PackRules
from safety.rule_question import Allergy, RuleQuestion
from safety.rulepack import CaseLine, RuleCase, RulePack
from safety.rulepack_reader import Reader, amount_of
from safety.rules.keys import Holds, Key
from safety.rules.which import is_full_atc

UNITS: Final = {"tablet": ("tablet", "tabletter"), "kapsel": ("kapsel", "kapsler"), "ml": ("ml", "ml")}
CASE_KEYS: Final = (
    Key("fires", Holds.FLAG, "whether the rule must fire"),
    Key("allergies", Holds.ATC, "what the citizen does not tolerate", required=False),
)
LINE_KEYS: Final = (
    Key("atc", Holds.TEXT, "the product's ATC code"),
    Key("name", Holds.TEXT, "its name", required=False),
    Key("form", Holds.TEXT, "its form; `tabletter` if left out", required=False),
    Key("strength", Holds.TEXT, "its strength as a catalogue writes it; `1 mg` if left out", required=False),
    Key("unit", Holds.CHOICE, "what is counted; `tablet` if left out", required=False, choices=tuple(UNITS)),
    Key("interval", Holds.NUMBER, "days of the cycle; 1 if left out", required=False),
    Key("days", Holds.NUMBERS, "days of the cycle with doses; 1 if left out", required=False),
    Key("as_needed", Holds.FLAG, "taken as needed", required=False),
    Key("free_text", Holds.FLAG, "the dosage is free text", required=False),
    Key("beside", Holds.FLAG, "taken but not packed", required=False),
    Key("unmarked", Holds.FLAG, "without the producer's D-mark", required=False),
    Key("tray", Holds.FLAG, "only a tray is filled with it", required=False),
    Key("separate", Holds.FLAG, "marked to be alone in its pouch", required=False),
)
LINE_EXTRAS: Final = {
    "doses": "units in the morning, at noon, in the evening and at night; [1] if left out",
    "from": "first day; the day that the pack starts if left out",
    "to": "last day; open if left out",
}
"""Keys of a line that hold something of their own."""


def read_cases(reader: Reader, value: object, rule: str, valid_from: date, place: str) -> list[RuleCase]:
    """Return the cases of the rule with the id `rule`; what cannot be read, or is missing, is told to the reader."""
    cases = [
        _case(reader, table, rule, valid_from, f"{place}[{number}]")
        for number, table in enumerate(reader.tables_of(value, place), start=1)
    ]
    for fires in (True, False):
        if not any(case.fires is fires for case in cases):
            reader.add(rulepack_codes.CASE_MISSING, place, id=rule, fires=_word(fires=fires))
    return cases


def try_cases(pack: RulePack) -> Iterator[Finding]:
    """Yield a finding for every case in which its rule fires and must not, or does not and must."""
    provider = PackRules(pack)
    for case in pack.cases:
        findings = provider.check(question_of(case, pack.valid_from))
        if any(("rule", case.rule) in finding.details for finding in findings) is not case.fires:
            got = "; ".join(sorted({f"{one.code.id} {one.text('da')}" for one in findings})) or "-"
            details = {"id": case.rule, "fires": _word(fires=case.fires), "got": got}
            yield found(rulepack_codes.CASE_FAILED, case.place, **details)


def question_of(case: RuleCase, day: date) -> RuleQuestion:
    """Return the question that a case asks on `day`."""
    return RuleQuestion(
        plan=MedicationPlan(CitizenId("case"), 1, tuple(line.ordination for line in case.lines if line.packed)),
        catalogue=Catalogue("case", {line.product.product_id: line.product for line in case.lines}),
        slots=SlotTable(),
        day=day,
        beside=tuple(line.ordination for line in case.lines if not line.packed),
        allergies=tuple(Allergy(atc, atc) for atc in case.allergies),
    )


def _case(reader: Reader, table: Mapping[str, object], rule: str, valid_from: date, place: str) -> RuleCase:
    values = reader.values({name: value for name, value in table.items() if name != "lines"}, CASE_KEYS, place)
    lines = [
        _line(reader, line, valid_from, f"{place}.lines[{number}]", number)
        for number, line in enumerate(reader.tables_of(table.get("lines"), f"{place}.lines"), start=1)
    ]
    return RuleCase(rule, values.flag("fires"), tuple(lines), values.list("allergies"), place)


def _word(*, fires: bool) -> str:
    return "true" if fires else "false"


def _line(reader: Reader, table: Mapping[str, object], valid_from: date, place: str, number: int) -> CaseLine:
    rest = {name: value for name, value in table.items() if name not in LINE_EXTRAS}
    values = reader.values(rest, LINE_KEYS, place)
    if values.text("atc") and not is_full_atc(values.text("atc")):
        reader.bad(f"{place}.atc", values.text("atc"), "en fuld ATC-kode / a full ATC code: N02BE01")
    first = reader.date_of(table, "from", place) or valid_from
    last = reader.date_of(table, "to", place)
    amounts = _amounts(reader, table.get("doses", [1]), f"{place}.doses")
    units = UNITS[values.text("unit") or "tablet"]
    strength = values.text("strength") or "1 mg"
    product = Product(
        product_id=ProductId(f"{number:011d}"),
        name=values.text("name") or values.text("atc"),
        form=values.text("form") or "tabletter",
        strength=strength,
        atc=values.text("atc"),
        short_name=f"{number}",
        units=units,
        partable=Partable.QUARTERS,
        dispensable=not values.flag("unmarked"),
        solid_oral=True,
        separate_pouch=values.flag("separate"),
        tray_only=values.flag("tray"),
        substitution_group="",
        appearance="",
        appearance_invented=True,
    )
    dosage: Dosage = FreeTextDosage("-")
    if not values.flag("free_text"):
        doses = tuple(
            OrderedDose(slot, amount, values.flag("as_needed"))
            for slot, amount in zip(PartOfDay, amounts, strict=False)
            if amount
        )
        days = tuple(DosageDay(day, doses) for day in values.numbers.get("days", (1,)))
        interval = values.numbers.get("interval", (1,))[0]
        dosage = Structured(units[0], (DosageStructure(interval, first, last, days),))
    ordination = Ordination(OrdinationId(f"line-{number}"), product.product_id, dosage, first, last)
    return CaseLine(product, ordination, packed=not values.flag("beside"))


def _amounts(reader: Reader, value: object, place: str) -> list[Decimal]:
    amounts = [_amount(one) for one in value] if isinstance(value, list) else []
    read = [amount for amount in amounts if amount is not None]
    if len(read) != len(amounts) or not 1 <= len(read) <= len(PartOfDay):
        reader.bad(place, value, "en liste af 1-4 tal / a list of 1-4 numbers: [1, 0, 1]")
    return read


def _amount(value: object) -> Decimal | None:
    nothing = isinstance(value, int | Decimal) and not isinstance(value, bool) and value == 0
    return Decimal(0) if nothing else amount_of(value)
