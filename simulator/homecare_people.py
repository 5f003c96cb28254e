"""Citizens who do not exist, with Danish names and civil registration numbers that are nobody's."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

_WOMEN: Final = (
    "Åse", "Kirsten", "Inger", "Grethe", "Birthe", "Jytte", "Tove", "Ruth", "Else-Marie", "Anne Lise", "Bodil", "Käthe",
    "Sigrún", "Fatma", "Hjørdis", "Ælfride",
)  # fmt: skip
_MEN: Final = (
    "Jørgen", "Poul", "Søren", "Knud Åge", "Børge", "Svend-Erik", "Hans Christian", "Bjørn", "Øjvind", "Henning",
    "Łukasz", "Mehmet", "Kjeld", "Villy",
)  # fmt: skip
_FAMILIES: Final = (
    "Jensen", "Nielsen", "Sørensen", "Ærø", "Østergaard", "Ågård", "Møller-Christensen", "Bæk", "Højbjerg", "O'Connor",
    "Kjærsgaard", "von Rosenørn-Teilmann", "Şahin", "Frederiksen", "Thygesen", "Lauritzen de la Motte-Hammershøj",
)  # fmt: skip
_WEIGHTS: Final = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_EARLIEST: Final = date(1928, 1, 1)
_DAYS: Final = 30 * 365


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up citizen."""

    given: tuple[str, ...]
    family: str
    civil_number: str
    birth_date: date


def person(dice: Random) -> Person:
    """Return a citizen born between 1928 and 1957."""
    woman = dice.random() < 0.6  # noqa: PLR2004 - most of those who get their medicine packed are women
    born = _EARLIEST + timedelta(days=dice.randrange(_DAYS))
    given = (dice.choice(_WOMEN if woman else _MEN), *(("Margrethe",) if dice.random() < 0.1 else ()))  # noqa: PLR2004
    return Person(given, dice.choice(_FAMILIES), _civil_number(born, woman=woman, dice=dice), born)


def _civil_number(born: date, *, woman: bool, dice: Random) -> str:
    """Return ten digits that no real person born before 2007 can have: they fail the modulus-11 test."""
    while True:
        # A seventh digit of 0 to 3 means 1900 to 1999; the last digit is even for women.
        serial = dice.randrange(0, 4000, 2) + (0 if woman else 1)
        number = f"{born:%d%m%y}{serial:04d}"
        if sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=True)) % 11:
            return number
