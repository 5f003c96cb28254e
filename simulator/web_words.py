"""The live view's words in Danish and English."""

from typing import Final

LANGUAGES: Final = ("da", "en")

WORDS: Final = {
    "title": ("Simulerede maskiner", "Simulated machines"),
    "note": (
        "Ingen rigtig maskine. Det sande kender kun simulatoren.",
        "No real machine. Only the simulator knows the truth.",
    ),
    "reload": ("Hent igen", "Reload"),
    "other": ("English", "Dansk"),
    "state": ("Tilstand", "State"),
    "mode": ("Driftsform", "Mode"),
    "order": ("Opgave", "Order"),
    "no_order": ("ingen", "none"),
    "alarms": ("Alarmer", "Alarms"),
    "no_alarms": ("ingen", "none"),
    "film": ("Film", "Film"),
    "packed": ("Meldt pakket", "Reported packed"),
    "void": ("Meldt kasseret", "Reported void"),
    "wrong": ("Meldt pakket, men forkert", "Reported packed, but wrong"),
    "last": ("Seneste poser, som kameraet så dem", "Last pouches, as the camera saw them"),
    "none_yet": ("Ingen endnu", "None yet"),
    "pouch": ("Pose", "Pouch"),
    "is_packed": ("pakket", "packed"),
    "is_void": ("kasseret", "void"),
    "is_wrong": ("forkert", "wrong"),
    "counted": ("talt", "counted"),
    "true": ("sandt", "true"),
    "fault": ("Lav en fejl", "Make a fault"),
    "values": ("Værdier", "Values"),
    "hint": ("bay=1 for_pouches=2", "bay=1 for_pouches=2"),
    "inject": ("Lav fejlen", "Make it"),
    "over": ("Tag den tilbage", "Take it back"),
    "panel": ("På maskinens panel", "At the machine's panel"),
    "press": ("Tryk", "Press"),
    "dark": ("uden strøm", "without power"),
    "done": ("Gjort", "Done"),
    "refused": ("Afvist", "Refused"),
    "arguments": ("Fejl og deres værdier", "Faults and their values"),
    "lost": ("Forbindelsen til simulatoren er væk.", "The connection to the simulator is gone."),
}
"""Key to (Danish, English)."""

STATES: Final = {
    "Clearing": "Rydder",
    "Stopped": "Stoppet",
    "Starting": "Starter",
    "Idle": "Klar",
    "Suspended": "Sat på pause",
    "Execute": "Kører",
    "Stopping": "Stopper",
    "Aborting": "Afbryder",
    "Aborted": "Afbrudt",
    "Holding": "Standser",
    "Held": "Standset",
    "Unholding": "Går i gang igen",
    "Suspending": "Går på pause",
    "Unsuspending": "Går videre",
    "Resetting": "Gør klar",
    "Completing": "Slutter",
    "Complete": "Færdig",
}
"""PackML state to Danish; in English its own name is said."""

MODES: Final = {1: ("Produktion", "Produce"), 2: ("Vedligehold", "Maintenance"), 3: ("Manuel", "Manual")}

REASONS: Final = {
    "miscount": "optalt forkert",
    "no drop": "intet faldt",
    "seal temperature": "svejsningens varme",
    "inspection reject": "afvist af kameraet",
    "print unreadable": "trykket kan ikke læses",
    "canister empty": "beholder tom",
    "canister not as ordered": "beholder er en anden",
    "jam": "hjulet sidder fast",
    "ribbon out": "farvebånd slut",
    "film splice": "samling på filmen",
    "door open": "døren åben",
    "emergency stop": "nødstop",
    "aborted": "afbrudt",
    "power loss": "strømmen gik",
}
"""Reason of a void pouch to Danish; in English the machine's own words are said."""

ORDER_STATES: Final = {
    "loaded": ("indlæst", "loaded"),
    "running": ("i gang", "running"),
    "held": ("venter", "held"),
    "ended": ("færdig", "ended"),
    "interrupted": ("afbrudt", "interrupted"),
}


def words(language: str) -> dict[str, str]:
    """Return all words in one language."""
    place = LANGUAGES.index(language)
    return {key: pair[place] for key, pair in WORDS.items()}
