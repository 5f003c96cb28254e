"""Slot tables as files."""

from datetime import date


def slot_file(
    valid_from: date,
    *,
    group: str = "",
    evening: str = "17:30",
    three: str = '["morning", "noon", "evening"]',
    more: str = "",
) -> str:
    """A sound table with five doses a day, unless told otherwise."""
    whose = f'group = "{group}"\n' if group else ""
    return f"""
valid_from = {valid_from}
reason = "Aftensmad på plejehjemmene kl. 17.30"
{whose}
[times]
morning = "08:00"
noon = "12:00"
evening = "{evening}"
night = "22:00"

[plain]
1 = ["morning"]
2 = ["morning", "evening"]
3 = {three}
4 = ["morning", "noon", "evening", "night"]
5 = ["morning", "noon", "15:00", "evening", "night"]
{more}
"""
