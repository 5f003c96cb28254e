"""The person as store and label know them; nothing else in the product may see this."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, birth date and civil registration number (CPR, ten digits) as the sender gave them."""

    name: str
    civil_number: str
    birth_date: date
