"""The largest things a dosage may say; what lies beyond is a mistake or an attack, and is refused."""

from datetime import date
from decimal import Decimal

EARLIEST = date(2000, 1, 1)
"""First date that FMK knows."""
LATEST = date(2126, 12, 31)
"""A hundred years of treatment."""
LONGEST_INTERVAL = 365
"""Longest cycle, in days (FMK IterationInterval)."""
MOST_STRUCTURES = 10
"""Most structures of one kind, fixed or as needed (FMK)."""
MOST_DAYS = 366
"""Most days listed in one structure."""
MOST_DOSES_A_DAY = 24
LONGEST_WINDOW_DAYS = 3_660
"""Longest window that is expanded at once: ten years."""
FRACTION_DIGITS = 9
TOTAL_DIGITS = 18
"""Digits of a quantity (FMK decimal)."""
MOST_COUNTED_UNITS = Decimal(99)
"""Most tablets or capsules in one dose that anyone can have meant."""
MOST_UNITS = Decimal(99_999)
"""Most of any other unit in one dose: international units are counted in thousands."""
COUNTED_UNITS = frozenset({"tablet", "tabletter", "kapsel", "kapsler", "stk", "stk."})
"""Units that a machine can count, singular and plural, in lower case."""
