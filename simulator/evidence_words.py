"""Danish words beside the English ones of facts, requirements and what was found; names and codes stay as they are."""

from typing import Final

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
