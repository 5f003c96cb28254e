"""Danish words beside the English ones of facts, requirements and what was found; names and codes stay as they are."""

from collections.abc import Iterator, Sequence
from typing import Final

from simulator.evidence import Exhibit, Origin
from simulator.web_words import REASONS

_DANISH: Final = {
    "version": "version",
    "commit": "commit",
    "machine": "maskine",
    "machine digest": "maskinens fingeraftryk",
    "seed": "startværdi",
    "profile": "fejlprofil",
    "scenario digest": "scenariets fingeraftryk",
    "faults": "fejl nr.",
    "wire": "forbindelse",
    "log digest": "loggens fingeraftryk",
    "recording": "optagelse",
    "recorded with": "optaget med",
    "films": "film",
    "packed": "pakket",
    "void": "kasseret",
    "packed and other than counted": "pakket og andet end talt",
    "lines of the log": "linjer i loggen",
    "every step was done": "hvert trin blev udført",
    "journal without a gap": "journal uden huller",
    "packed twice": "pakket to gange",
    "started and not closed once": "begyndt og ikke afsluttet én gang",
    "entries not read over the wire as written": "journallinjer, ikke læst over forbindelsen som skrevet",
    "states passed": "tilstande undervejs",
    "state at the end": "tilstand til sidst",
    "times powered up": "gange tændt",
    "lasts": "varer",
    "alarms": "alarmer",
    "refusals": "afvisninger",
    "reported as packed": "meldt pakket",
    "reported as void": "meldt kasseret",
    "reported as packed and wrong in truth": "meldt pakket og i sandhed forkert",
    "reported as packed and other than counted": "meldt pakket og andet end talt",
    "clock of the machine": "maskinens ur",
    "done again from its recording": "gjort igen fra optagelsen",
    "none": "ingen",
    "none failed": "ingen fejlede",
    "only forward": "kun fremad",
    "goes back": "går tilbage",
    "is there": "findes",
    "is not there": "findes ikke",
    "no such entry": "ingen sådan linje",
    "without power": "uden strøm",
    "the same log, byte for byte": "den samme log, byte for byte",
    "unknown to the machine": "ukendt for maskinen",
}
_BEGINNINGS: Final = {"order ": "opgave ", "entry ": "linje i journalen: ", "link: ": "forbindelse: "}
_VOID: Final = "void: "


def both(text: str) -> str:
    """Return `text` in Danish and English, or as it is when it is a name or a code."""
    if text.startswith(_VOID):
        reason = text.removeprefix(_VOID)
        return f"kasseret, {REASONS.get(reason, reason)} / {text}"
    for english, danish in _BEGINNINGS.items():
        if text.startswith(english):
            return f"{danish}{text.removeprefix(english)} / {text}"
    danish = _DANISH.get(text, text)
    return text if danish == text else f"{danish} / {text}"


def read_this(exhibits: Sequence[Exhibit], origin: Origin) -> Iterator[str]:
    """Yield what somebody who signs must not overlook."""
    yield (
        "Bestået er det, der blev fundet som ventet. Samme commit, scenarie og startværdi giver samme log: sammenlign "
        "fingeraftrykket. / Passed is what was found as expected. The same commit, scenario and seed give the same "
        "log: compare its digest."
    )
    if not origin.is_committed:
        yield (
            "OBS: commit siger ikke alt om programmet; kørslen kan ikke gentages sikkert. / NOTE: the commit does not "
            "tell the whole program; the run cannot be repeated for certain."
        )
    unseen = [exhibit.name for exhibit in exhibits if exhibit.unseen]
    if unseen:
        yield (
            "OBS: her blev forkerte poser meldt pakket, uden at maskinen så det / NOTE: here wrong pouches were "
            f"reported as packed and the machine saw nothing: {', '.join(unseen)}"
        )
    if origin.left_out:
        yield (
            "OBS: udeladt, fordi de forstyrrer en seriel linje / NOTE: left out, because they disturb a serial line: "
            f"{', '.join(origin.left_out)}"
        )
