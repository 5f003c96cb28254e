"""Numbers in the words of a dosage that its structure does not have: the two may contradict (C19, C24)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from dispenser.core.dosage import DosageStructure, DoseRange, OrderedDose, StructuredDosage

_NUMBER: Final = r"(?:(?:\d{1,4} )?\d/\d|\d{1,4}(?:[.,]\d{1,3})?(?: ?[½¼¾])?|[½¼¾])"
_SPAN: Final = rf"{_NUMBER}\.?(?: ?(?:-|til|eller|el\.?) ?{_NUMBER}\.?)?"
_PLACES: Final = re.compile(
    r"\bkl\.? ?\d{1,2}(?:[.:]\d{2})?(?!\d)"
    r"|\b\d{1,2}[.:]\d{2}(?= ?(?:og|,|;|\.?$))"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
    r"|\b\d{1,2}\. ?(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)\w*\.?(?: \d{4})?"
    rf"|(?:{_SPAN}|\b(?:en |et )?(?:halv|kvart)) ?(?:min\.?|minut\w*|time\w*)\b",
    re.IGNORECASE,
)
"""Clock times, dates, and minutes or hours beside a meal: when on a day, which the site's slots decide."""
_STRENGTHS: Final = re.compile(
    rf"{_NUMBER}(?: ?[/+] ?{_NUMBER})* ?(?:mikrogram|mcg|µg|mg|ml|g|mmol|i\.?e\.?|%)(?!\w)", re.IGNORECASE
)
_SPANS: Final = re.compile(
    rf"(?P<span>{_SPAN}) ?(?:\. ?)?(?:dag\w*|døgn\w*|uger?\w*|måned\w*|mdr\.?|år|cyklusdag\w*)\b", re.IGNORECASE
)
_AMOUNTS: Final = re.compile(_NUMBER)
_WORDS: Final = {
    "halv": "0.5",
    "halve": "0.5",
    "halvanden": "1.5",
    "kvart": "0.25",
    "to": "2",
    "tre": "3",
    "fire": "4",
    "fem": "5",
    "seks": "6",
    "syv": "7",
    "otte": "8",
    "ni": "9",
    "ti": "10",
}
_IN_WORDS: Final = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)
_PARTS: Final = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_SIGNS: Final = "".join(_PARTS)
_BOTH_SIDES: Final = re.compile(r"\b(?:hvert|begge)\b", re.IGNORECASE)
"""Eyes, ears and nostrils share what is given: "2 i hvert næsebor" is a dose of 4."""
_LENGTHS: Final = (1, 7, 28, 30, 31)
"""Days of a day, of a week and of what is called a month."""


@dataclass(frozen=True, slots=True)
class StrangeNumbers:
    """Numbers of a text that the structure beside it does not have, as they are written there.

    `amounts` may be how much or how often; `spans` count days, weeks, months or years.
    """

    amounts: tuple[str, ...]
    spans: tuple[str, ...]


def strange_numbers(text: str, dosage: StructuredDosage) -> StrangeNumbers:
    """Return the numbers in the Danish `text` that `dosage` does not explain, but for strengths and clock times."""
    left = _STRENGTHS.sub(" ", _PLACES.sub(" ", text))
    known_spans = _spans_of(dosage)
    spans: list[str] = []
    for match in _SPANS.finditer(left):
        spans.extend(number for number in _AMOUNTS.findall(match["span"]) if _value(number) not in known_spans)
    left = _SPANS.sub(" ", left)
    known = _amounts_of(dosage) | known_spans
    if _BOTH_SIDES.search(text):
        known |= {amount / 2 for amount in known}
    told = [*_AMOUNTS.findall(left), *_IN_WORDS.findall(left)]
    amounts = [number for number in told if _value(number) not in known]
    return StrangeNumbers(tuple(dict.fromkeys(amounts)), tuple(dict.fromkeys(spans)))


def _value(number: str) -> Decimal | None:
    word = _WORDS.get(number.casefold())
    if word is not None:
        return Decimal(word)
    if "/" in number:
        *whole, fraction = number.split()
        above, below = map(Decimal, fraction.split("/"))
        # No number at all is explained by nothing.
        return Decimal(whole[0] if whole else 0) + above / below if below else None
    part = _PARTS.get(number[-1], Decimal(0))
    return Decimal(number.rstrip(_SIGNS).strip().replace(",", ".") or 0) + part


def _amounts_of(dosage: StructuredDosage) -> set[Decimal]:
    """Return how much, how often and how much in all a day of the dosage can be said to give."""
    known: set[Decimal] = set()
    for structure in dosage.structures:
        for day in structure.days:
            ends = [_ends(dose) for dose in day.doses]
            known.update(end for both in ends for end in both)
            known.update((Decimal(sum(low for low, _ in ends)), Decimal(sum(high for _, high in ends))))
            known.add(Decimal(len(day.doses)))
            # Doses of one size are counted apart from those of another: "2 morgen og aften, 1 middag".
            known.update(Decimal(ends.count(both)) for both in ends)
    return known


def _ends(dose: OrderedDose) -> tuple[Decimal, Decimal]:
    amount = dose.amount
    return (amount.low, amount.high) if isinstance(amount, DoseRange) else (amount, amount)


def _spans_of(dosage: StructuredDosage) -> set[Decimal]:
    """Return the lengths and places in days, and in whole weeks and months, that the structure has."""
    days: set[int] = set()
    for structure in dosage.structures:
        numbers = [day.number for day in structure.days]
        # What is left of a round after its last day is its pause: "i 10 dage, herefter 18 dages pause".
        days.update((structure.interval, len(numbers), structure.interval - max(numbers, default=0), *numbers))
        if structure.end is not None:
            days.add((structure.end - structure.start).days + 1)
        days.add(_doses_in(structure))
    counted = (divmod(number, length) for number in days for length in _LENGTHS)
    return {Decimal(whole) for whole, rest in counted if not rest}


def _doses_in(structure: DosageStructure) -> int:
    """Return how often a round of the structure gives something, as in "3 gange om ugen"."""
    return sum(any(high > 0 for _, high in map(_ends, day.doses)) for day in structure.days)
