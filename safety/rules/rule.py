"""What every clinical rule is made of, and what it is shown of a plan."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from dispenser.core.plan import Ordination
from dispenser.core.product import Product
from safety.findings import Code, Finding, found
from safety.rule_question import Allergy
from safety.rules.amounts import Amounts, dosage_text
from safety.rules.keys import Key, Values


@dataclass(frozen=True, slots=True)
class About:
    """A rule's name in its pack, where it comes from, and what a pharmacist reads when it fires."""

    id: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the plan with its product; `packed` is false for one that is taken outside the pouches."""

    ordination: Ordination
    product: Product
    packed: bool = True

    @property
    def name(self) -> str:
        """Product and line, as findings about another line name it."""
        return f"{self.product.name} {self.product.strength} ({self.ordination.ordination_id})"

    @property
    def taken(self) -> str:
        """The same with the dosage: what depends on it changes when the dosage does."""
        return f"{self.name}: {dosage_text(self.ordination)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Under which circumstances a rule is asked: the pack as findings name it, the day, and what is not tolerated.

    `amounts` remembers day patterns from one question to the next.
    """

    pack: str
    day: date
    allergies: tuple[Allergy, ...] = ()
    amounts: Amounts = field(default_factory=Amounts)


class Rule(Protocol):
    """One rule of a pack. Pure; a rule sees only lines whose products it concerns."""

    @property
    def about(self) -> About:
        """Its name, source and text."""
        ...

    @property
    def atc(self) -> tuple[str, ...]:
        """Beginnings of the ATC codes it concerns; none where any product may be concerned."""
        ...

    @property
    def needs_two(self) -> bool:
        """Whether it is about two lines, so that one line alone never breaks it."""
        ...

    def concerns(self, product: Product) -> bool:
        """Return whether the rule says anything of `product`."""
        ...

    def check(self, lines: Sequence[Line], asked: Asked) -> Iterator[Finding]:
        """Yield a finding for every packed line of `lines` that the rule is against."""
        ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rules: its name in a pack, what it means, its keys besides those of every rule, and how it is made.

    Of the keys in `one_of` at least one must be there.
    """

    name: str
    meaning: str
    keys: tuple[Key, ...]
    build: Callable[[About, Values], Rule]
    one_of: tuple[str, ...] = ()


def fired(code: Code, line: Line, about: About, asked: Asked, **details: object) -> Finding:
    """Return a finding of a rule about a line; it names the rule and its pack, so that an override is bound to both."""
    return found(
        code,
        line.ordination.ordination_id,
        **details,
        text=about.text,
        rule=about.id,
        pack=asked.pack,
    )
