"""What a rule's keys may hold; the parser, the JSON schema and the reference page all read these tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Final


class Holds(Enum):
    """What may be written behind a key."""

    TEXT = "text"
    WORDS = "words"
    ATC = "atc"
    """A list of ATC codes, or of the beginnings of codes at one of the five levels."""
    NUMBER = "number"
    NUMBERS = "numbers"
    AMOUNT = "amount"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: its name, what it holds, what it means, and whether it must be there.

    `choices` are the words of a CHOICE; `least` and `most` bound a NUMBER and each of NUMBERS.
    """

    name: str
    holds: Holds
    meaning: str
    required: bool = True
    choices: tuple[str, ...] = ()
    least: int = 1
    most: int = 365


@dataclass(frozen=True, slots=True)
class Values:
    """What was read for the keys of one table; a key that is not there has its empty value."""

    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    amounts: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    flags: Mapping[str, bool] = field(default_factory=dict[str, bool])

    def text(self, name: str) -> str:
        """Return a TEXT or CHOICE, "" if it is not there."""
        return self.texts.get(name, "")

    def list(self, name: str) -> tuple[str, ...]:
        """Return WORDS or ATC codes, none if the key is not there."""
        return self.words.get(name, ())

    def number(self, name: str) -> int:
        """Return a NUMBER that must be there."""
        return self.numbers[name][0]

    def amount(self, name: str) -> Decimal:
        """Return an AMOUNT that must be there."""
        return self.amounts[name]

    def flag(self, name: str) -> bool:
        """Return a FLAG, false if it is not there."""
        return self.flags.get(name, False)


ABOUT_KEYS: Final = (
    Key("id", Holds.TEXT, "the rule's own name in the pack; findings and overrides cite it"),
    Key("source", Holds.TEXT, "where the rule comes from: a paragraph, a section of a product summary"),
    Key("text", Holds.TEXT, "what the pharmacist reads when the rule fires"),
)
"""The keys that every rule has."""

WHICH_KEYS: Final = (
    Key("atc", Holds.ATC, "ATC codes, or beginnings of codes", required=False),
    Key("names", Holds.WORDS, "beginnings of the product's name and strength", required=False),
    Key("forms", Holds.WORDS, "words that the product's form contains", required=False),
    Key("strengths", Holds.WORDS, "strengths as the catalogue writes them", required=False),
)
"""The keys that choose products: all that are given must fit, and of each list one entry."""
WHICH_NAMES: Final = tuple(key.name for key in WHICH_KEYS)
