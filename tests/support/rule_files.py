"""Rule packs as files."""

from datetime import date


def pack_file(
    version: str = "1",
    *,
    pack_id: str = "apotek",
    author: str = "A. Holm",
    valid_from: date = date(2026, 1, 1),
    valid_to: date | None = None,
    rules: str = "",
) -> str:
    """A sound pack with one rule, unless told otherwise."""
    until = f"valid_to = {valid_to}\n" if valid_to else ""
    return f"""
[pack]
id = "{pack_id}"
version = "{version}"
title = "Apotekets regler"
source = "produktresuméer"
clinical = true
jurisdiction = "DK"
author = "{author}"
valid_from = {valid_from}
{until}
{rules or HIGH_RISK}
"""


HIGH_RISK = """
[[high_risk]]
id = "methotrexate"
source = "SPC 4.2"
text = "Ugentlig dosis."
atc = ["L04AX03"]
cases = [
  { fires = true, lines = [{ atc = "L04AX03" }] },
  { fires = false, lines = [{ atc = "N02BE01" }] },
]
"""
