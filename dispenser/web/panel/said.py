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
)


def said(text: str, texts: Texts) -> str:
    """Return `text` with every known saying in the reader's language."""
    for pattern, message in _KNOWN:
        text = pattern.sub(partial(_translated, texts, message), text)
    return text


def _translated(texts: Texts, message: str, match: re.Match[str]) -> str:
    return texts.t(message, **match.groupdict())
