"""What machines and use cases say in words of their own, put into the reader's language.

They speak English with numbers in it. What no pattern knows is shown as it was said: never hidden, never guessed.
"""

import re
from functools import partial

from dispenser.web.i18n import N_, Texts

_KNOWN = (
    (re.compile(r"\border (?P<order>\d+) pouch (?P<pouch>\d+)\b"), N_("order {order}, pouch {pouch}")),
    (re.compile(r"\bbay (?P<bay>\d+)\b"), N_("bay {bay}")),
    (
        re.compile(r"\b(?P<need>\d+) tray cells needed, (?P<has>\d+) there\b"),
        N_("{need} tray cells needed, {has} there"),
    ),
    (
        re.compile(r"\b(?P<need>\d+) units needed, (?P<has>\d+) in canisters\b"),
        N_("{need} units needed, {has} in canisters"),
    ),
    (
        re.compile(r"\ba pouch of (?P<need>\d+) units, (?P<most>\d+) at most\b"),
        N_("a pouch of {need} units, {most} at most"),
    ),
    (
        re.compile(r"\ba pouch of (?P<need>\d+) mm3, (?P<most>\d+) at most\b"),
        N_("a pouch of {need} mm³, {most} at most"),
    ),
    (re.compile(r"\bnot in the catalogue\b"), N_("not in the catalogue")),
    (
        re.compile(r"\broll (?P<roll>\d+): the plan has changed since the batch was planned\b"),
        N_("Roll {roll}: the plan has changed since the batch was planned. Plan the period again."),
    ),
    (re.compile(r"\broll (?P<roll>\d+): "), N_("Roll {roll} fits no machine: ")),
    (re.compile(r"\bbatch (?P<batch>\d+) does not exist\b"), N_("There is no batch {batch}.")),
    (
        re.compile(r"\bbatch (?P<batch>\d+) is held by its findings\b"),
        N_("Batch {batch} is held by its findings and can never be released. Settle them and plan the period again."),
    ),
    (
        re.compile(r"\bbatch (?P<batch>\d+): the override of (?P<code>[\w-]+) is over or revoked\b"),
        N_("Batch {batch}: the override of {code} is over or revoked. Plan the period again."),
    ),
    (
        re.compile(r"\bbatch (?P<batch>\d+) was changed by someone else just now\b"),
        N_("Somebody else changed batch {batch} just now. Look at it again."),
    ),
)


def said(text: str, texts: Texts) -> str:
    """Return `text` with every known saying in the reader's language."""
    for pattern, message in _KNOWN:
        text = pattern.sub(partial(_translated, texts, message), text)
    return text


def _translated(texts: Texts, message: str, match: re.Match[str]) -> str:
    return texts.t(message, **match.groupdict())
