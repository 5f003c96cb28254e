"""Rules about substances of one class: who does not tolerate one of them, gets none of the others (H18)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety import rule_codes
from safety.findings import Finding
from safety.rule_question import Allergy
from safety.rules.keys import Holds, Key, Values
from safety.rules.rule import About, Asked, Kind, Line, fired
from safety.rules.which import begins, is_atc


@dataclass(frozen=True, slots=True)
class AllergyClass:
    """A class of substances, by beginnings of their ATC codes."""

    about: About
    name: str
    atc: tuple[str, ...]
    needs_two: bool = False

    def concerns(self, product: Product) -> bool:
        """Return whether the product is of the class."""
        return begins(product.atc, self.atc)

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for every packed line if another substance of the class is not tolerated.

        The substance itself is held against the plan whatever the packs say, so it is no finding here.
        """
        for allergy in asked.allergies:
            if not self._covers(allergy):
                continue
            for line in lines:
                if line.packed and not line.product.atc.startswith(allergy.atc):
                    yield fired(
                        rule_codes.ALLERGY_CLASS,
                        line,
                        self.about,
                        asked,
                        allergy=allergy.text,
                        atc=allergy.atc,
                        product=line.product.name,
                        name=self.name,
                    )

    def _covers(self, allergy: Allergy) -> bool:
        return is_atc(allergy.atc) and (
            begins(allergy.atc, self.atc) or any(prefix.startswith(allergy.atc) for prefix in self.atc)
        )


def _build(about: About, values: Values) -> AllergyClass:
    return AllergyClass(about, values.text("name"), values.list("atc"))


KIND: Final = Kind(
    "allergy",
    "substances of one class: if a citizen does not tolerate one, lines of the others are parked for a pharmacist; "
    "the substance itself is parked for two persons, with or without a rule",
    (
        Key("name", Holds.TEXT, "what the class is called"),
        Key("atc", Holds.ATC, "the substances of the class"),
    ),
    _build,
)
