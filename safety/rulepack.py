"""A site's clinical rules as one signed document: the pack, its rules, and the cases that prove them."""

from dataclasses import dataclass
from datetime import date

from dispenser.core.plan import Ordination
from dispenser.core.product import Product
from safety.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a case: a made-up product, its dosage, and whether it is packed."""

    product: Product
    ordination: Ordination
    packed: bool


@dataclass(frozen=True, slots=True)
class RuleCase:
    """A plan for which the rule with id `rule` must fire, or must not; `place` is where it stands in the file."""

    rule: str
    fires: bool
    lines: tuple[CaseLine, ...]
    allergies: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class RulePack:
    """A version of a pack of rules. Both dates are inclusive; `valid_to` None is open.

    `clinical` is false for rules that nobody may rely on. `digest` is the SHA-256 (hex) of the file.
    """

    pack_id: str
    version: str
    title: str
    source: str
    clinical: bool
    jurisdiction: str
    author: str
    valid_from: date
    valid_to: date | None
    rules: tuple[Rule, ...]
    cases: tuple[RuleCase, ...] = ()
    digest: str = ""

    @property
    def name(self) -> str:
        """Id and version as findings name them; a pack that nobody may rely on says so."""
        return f"{self.pack_id} {self.version}" + ("" if self.clinical else " - ikke klinisk/not clinical")

    def holds_on(self, day: date) -> bool:
        """Return whether the pack is valid on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
