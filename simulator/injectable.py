"""Every fault that may be put in by name: number, where it acts, arguments, what it means in Danish and English.

The numbers 1 to 32 are those of the table in `docs/how-to/run-the-simulator.md`. `bay` 0 is any bay; `for_pouches`
counts the pouches that the fault still spoils, `for_ms` virtual milliseconds; 0 of either is until taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `where` is machine, wire or power; an argument without a default must be given."""

    number: int
    name: str
    where: str
    arguments: Mapping[str, type[int] | type[str]]
    text_da: str
    text_en: str
    defaults: Mapping[str, int | str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


MACHINE: Final = "machine"
WIRE: Final = "wire"
POWER: Final = "power"

_POWER_STEPS: Final = ("now", "before_drop", "between_drops", "before_seal", "after_seal", "before_report")
_BAY: Final = {"bay": 0}
_ONE: Final = {"for_pouches": 1}
_DROP: Final = {**_BAY, **_ONE}
_WHILE: Final = {"for_ms": 0}

_Row = tuple[int, str, Mapping[str, int | str | type[int] | type[str]], str, str]
"""Number, name, default of each argument (a type where there is none), Danish, English."""

_MACHINE: Final[tuple[_Row, ...]] = (
    (1, "pill_stuck", {**_DROP, "turns": 4}, "Tablet sidder fast i hjulet", "A pill sticks in the wheel"),
    (2, "double_seen", _DROP, "To tabletter falder, sensoren ser begge", "Two pills fall, the sensor sees both"),
    (3, "double_unseen", _DROP, "To tabletter falder, sensoren ser én", "Two pills fall, the sensor sees one"),
    (4, "jump", _DROP, "Tablet hopper i den næste pose", "A pill jumps into the next pouch"),
    (5, "broken_seen", _DROP, "Tablet knækker, sensoren ser to stykker", "A pill breaks, the sensor sees two pieces"),
    (5, "broken_unseen", _DROP, "Tablet knækker, sensoren ser én", "A pill breaks, the sensor sees one"),
    (
        6,
        "canister_empty",
        {"bay": int},
        "Beholder er tom før tælleren siger det",
        "A canister is empty before its count",
    ),
    (6, "count_drift", {"bay": int, "units": int}, "Optælling og indhold er ikke ens", "Count and contents part"),
    (7, "jam", _DROP, "Hjulet sidder fast", "The wheel jams"),
    (8, "canister_pulled", {"bay": int, "for_ms": 0}, "Beholder tages ud under pakning", "A canister is pulled in use"),
    (
        9,
        "wrong_canister",
        {"bay": int, "canister": "K999", "product": "28100000099"},
        "Forkert beholder i pladsen",
        "Another canister in the bay",
    ),
    (
        9,
        "tag_unreadable",
        {"bay": int, **_WHILE},
        "Beholderens mærke kan ikke læses",
        "The canister's tag is unreadable",
    ),
    (9, "tag_cloned", {"bay": int, "like": int}, "To beholdere har samme mærke", "Two canisters have the same tag"),
    (
        10,
        "refilled_wrong",
        {"bay": int, "product": "28100000099"},
        "Beholder er fyldt op med et andet produkt",
        "A canister holds another product than its tag says",
    ),
    (11, "tray_shifted", {}, "Bakken er fyldt én celle forskudt", "The tray is filled shifted by one cell"),
    (
        11,
        "tray_wrong",
        {"cell": int, "product": "28100000099", "quarters": 4},
        "En celle er fyldt forkert",
        "A cell is filled wrong",
    ),
    (12, "seal_cold", _ONE, "Svejsningen er for kold", "The seal is too cold"),
    (
        12,
        "heater_drift",
        {"tenths": 20, "for_pouches": 0},
        "Varmen falder for hver pose",
        "The heat falls with each pouch",
    ),
    (12, "heater_open", _WHILE, "Varmelegemet er brændt over", "The heater is open"),
    (13, "ribbon_out", {}, "Farvebåndet er slut", "The ribbon is out"),
    (13, "print_blank", _ONE, "Etiketten er blank", "The label is blank"),
    (13, "print_partial", _ONE, "Etiketten er kun delvist trykt", "The label is partly printed"),
    (13, "print_dead_dot", {"for_pouches": 0}, "Et punkt i skrivehovedet er dødt", "A dot of the print head is dead"),
    (14, "film_out", {}, "Filmen er slut", "The film is out"),
    (14, "film_splice", {}, "Samling på filmen", "A splice in the film"),
    (14, "roll_swapped", {"metres": 300}, "Filmrullen er skiftet", "The film roll was changed"),
    (15, "cutter", _ONE, "Perforeringen slår fejl", "The perforation fails"),
    (15, "take_up_full", _WHILE, "Opruller er fuld", "The take-up is full"),
    (16, "door_open", _WHILE, "Døren åbnes", "The door is opened"),
    (16, "emergency_stop", _WHILE, "Nødstop trykkes", "The emergency stop is pressed"),
    (17, "sensor_stuck_0", {**_BAY, "for_pouches": 0}, "Sensor ser aldrig noget", "A sensor never sees anything"),
    (
        17,
        "sensor_stuck_1",
        {**_BAY, "for_pouches": 0},
        "Sensor siger altid én for hver",
        "A sensor counts every turn as one",
    ),
    (17, "sensor_noisy", {**_BAY, "for_pouches": 0}, "Sensor støjer", "A sensor is noisy"),
    (17, "sensor_dusty", {**_BAY, "per_mille": 100, "for_pouches": 0}, "Sensor er støvet", "A sensor is dusty"),
    (18, "inspection_reject", _ONE, "Kameraet afviser en rigtig pose", "The camera rejects a right pouch"),
    (18, "inspection_miss", _ONE, "Kameraet ser ikke en forkert pose", "The camera passes a wrong pouch"),
    (19, "inspection_off_by_one", {"for_pouches": 0}, "Kameraet er én pose bagud", "The camera is one pouch behind"),
    (19, "inspection_reversed", {"for_pouches": 10}, "Billeder i omvendt rækkefølge", "Pictures in reverse order"),
    (27, "clock_skew", {"seconds": 600}, "Maskinens ur går forkert", "The machine's clock is wrong"),
    (27, "clock_back", {"seconds": 60}, "Maskinens ur stilles tilbage", "The machine's clock steps back"),
    (27, "clock_dst", {}, "Maskinens ur skifter til vintertid", "The machine's clock goes to winter time"),
    (
        27,
        "clock_wrong_year",
        {"year": 2006},
        "Maskinens ur viser et forkert år",
        "The machine's clock shows a wrong year",
    ),
    (
        28,
        "second_controller",
        {"holder": "other", "ahead": 1},
        "En anden styring tager maskinen",
        "Another controller takes the machine",
    ),
    (
        29,
        "film_counter_near_wrap",
        {"left": 3},
        "Filmtælleren er tæt på at løbe rundt",
        "The film counter is about to wrap",
    ),
    (29, "film_counter_reset", {}, "Filmtælleren begynder forfra", "The film counter starts anew"),
    (30, "charset_narrow", {"charset": "iso-8859-1"}, "Printeren kan færre tegn", "The printer knows fewer characters"),
    (30, "label_short", {"columns": 10}, "Printeren tager kortere linjer", "The printer takes shorter lines"),
    (31, "slow_machine", {"per_cent": 300, **_WHILE}, "Maskinen er langsom", "The machine is slow"),
    (31, "arm_travel", {"ms": 8_000, "for_pouches": 0}, "Armen henter hver beholder", "The arm fetches each canister"),
    (31, "cold_heater", {"ms": 360_000}, "Varmen er kold", "The heater is cold"),
    (
        32,
        "film_geometry",
        {"width_mm": 60, "pouch_units": 4},
        "Anden film end opgaven kræver",
        "Another film than the order wants",
    ),
)
_POWER: Final[tuple[_Row, ...]] = (
    (20, "power_cut", {"step": "now"}, "Strømmen går", "The power goes"),
    (21, "order_table_lost", {}, "Genstart uden opgavetabel", "Restart with a lost order table"),
    (
        21,
        "order_table_older",
        {"entries": 20},
        "Genstart med en ældre opgavetabel",
        "Restart with an older order table",
    ),
)
_WIRE: Final[tuple[_Row, ...]] = (
    (22, "noise", {"per_million": 100, **_WHILE}, "Støj på linjen", "Noise on the line"),
    (22, "bytes_lost", {"times": 1}, "Et tegn går tabt", "A byte is lost"),
    (22, "bytes_doubled", {"times": 1}, "Et tegn kommer to gange", "A byte comes twice"),
    (22, "bytes_swapped", {"times": 1}, "To tegn bytter plads", "Two bytes change places"),
    (22, "garbage", {"bytes": 64}, "Skrald på linjen", "Garbage on the line"),
    (22, "cut", {"for_ms": 3_000}, "Forbindelsen afbrydes", "The connection is cut"),
    (23, "half_open", {"for_ms": 5_000}, "Forbindelsen er halvt åben", "The connection is half open"),
    (23, "stall", {"for_ms": 5_000}, "Forbindelsen står stille", "The connection stalls"),
    (23, "reset", {}, "Forbindelsen nulstilles", "The connection is reset"),
    (23, "slow", {"bytes_per_second": 1_000, **_WHILE}, "Forbindelsen er langsom", "The connection is slow"),
    (24, "bell_lost", {"times": 1}, "En besked om nyt går tabt", "A notification is lost"),
    (24, "bell_doubled", {"times": 1}, "En besked om nyt kommer to gange", "A notification comes twice"),
    (24, "bell_reordered", {"times": 1}, "Beskeder bytter plads", "Notifications change places"),
    (25, "replay_old", {"bytes": 4_096}, "Gamle data kommer igen", "Old bytes come again after reconnecting"),
    (26, "reply_lost", {"times": 1}, "Svaret på en kommando går tabt", "The reply to a command is lost"),
)
_CHOICES: Final = {
    "step": _POWER_STEPS,
    "charset": ("iso-8859-1", "utf-8"),
}


def _faults() -> dict[str, Fault]:
    faults: dict[str, Fault] = {}
    for where, rows in ((MACHINE, _MACHINE), (POWER, _POWER), (WIRE, _WIRE)):
        for number, name, values, text_da, text_en in rows:
            kinds = {key: one if isinstance(one, type) else type(one) for key, one in values.items()}
            defaults = {key: one for key, one in values.items() if not isinstance(one, type)}
            choices = {key: _CHOICES[key] for key in values if key in _CHOICES}
            faults[name] = Fault(number, name, where, kinds, text_da, text_en, defaults, choices)
    return dict(sorted(faults.items(), key=lambda pair: pair[1].number))


FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(_faults())
"""Name to fault, by number."""
