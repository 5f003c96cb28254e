"""Every key of a scenario file, what it holds and what it means: the reader and the reference page use this table."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hal.wire import words
from hal.wire.words import COMMANDS, STATE_NUMBERS
from simulator.faults import PROFILES

WIRES: Final = ("none", "serial", "opcua")
ORDER_STATES: Final = ("loaded", "running", "held", "ended", "interrupted")
STATES: Final = tuple(STATE_NUMBERS)
KINDS: Final = (
    words.POWER_UP,
    words.STATE_CHANGED,
    words.ORDER_CHANGED,
    words.POUCH_STARTED,
    words.DROPPED,
    words.SEALED,
    words.PRINTED,
    words.INSPECTED,
    words.POUCH_CLOSED,
    words.ALARM_RAISED,
    words.ALARM_CLEARED,
    words.BAY_CHANGED,
    words.MODE_CHANGED,
    words.FILM_CHANGED,
    words.CONSUMABLE,
)
"""Kinds of journal entries."""


class Holds(StrEnum):
    """What a key holds."""

    TEXT = "text"
    NUMBER = "whole number"
    FLAG = "true or false"
    TEXTS = "list of texts"
    NUMBERS = "list of whole numbers"
    WORDS = "table with `da` and `en`"
    FIELDS = "table of texts, whole numbers and truth values"
    TABLE = "table"
    TABLES = "list of tables"
    POUCHES = 'list of pouch numbers and of ranges as `"1-28"`, or a table of such lists by order'
    BY_ORDER = "table: order to text"
    COUNTS = "table: name to whole number"


@dataclass(frozen=True, slots=True)
class Key:
    """One key. `choices`: the only texts it may hold. `least`: the smallest number."""

    name: str
    holds: Holds
    meaning: str
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0


TOP: Final = (
    Key("title", Holds.WORDS, "what the scenario shows, in Danish and English", required=True),
    Key("about", Holds.WORDS, "what a controller and the staff must do about it"),
    Key("faults", Holds.NUMBERS, "numbers of the faults it shows (`dispenser-sim faults`)", least=1),
    Key("seed", Holds.NUMBER, "the machine's seed instead of its own"),
    Key("profile", Holds.TEXT, "fault profile instead of the machine's own", choices=tuple(PROFILES)),
    Key(
        "wire",
        Holds.TEXT,
        "`none`: the machine's own methods; `serial`: PP-LIS over a modelled line; `opcua`: a server and a client",
        choices=WIRES,
    ),
    Key("machine", Holds.TABLE, "the machine, with the keys of a fleet file; or `fleet` (a file) and `id`"),
    Key("most_ms", Holds.NUMBER, "virtual milliseconds that the run may last; an hour when left out", least=1),
    Key("order", Holds.TABLES, "orders, to be named by steps"),
    Key("step", Holds.TABLES, "what is done, one after another", required=True),
    Key("expect", Holds.TABLE, "what must come of it", required=True),
)

ORDER: Final = (
    Key("name", Holds.TEXT, "how steps and expectations call it", required=True),
    Key("number", Holds.NUMBER, "its number at the machine; 1, 2, 3 ... when left out", least=1),
    Key("pouches", Holds.NUMBER, "how many pouches, all alike, numbered from 1", required=True, least=1),
    Key("pick", Holds.TABLES, "what each pouch takes", required=True),
    Key("epoch", Holds.NUMBER, "fencing epoch of its document; 1 when left out"),
    Key("first_cell", Holds.NUMBER, "first cell of the tray it takes; 1 when left out", least=1),
    Key("lines", Holds.TEXTS, "printed lines"),
    Key("symbol", Holds.TEXT, "printed symbol, followed by the pouch's number; the name when left out"),
)

PICK: Final = (
    Key("bay", Holds.NUMBER, "bay it comes from; left out: the next cell of the tray", least=1),
    Key("units", Holds.NUMBER, "whole units from a bay", least=1),
    Key("quarters", Holds.NUMBER, "quarters of a unit in a cell", least=1),
    Key("product", Holds.TEXT, "product; of a bay: as the bay says, when left out"),
    Key("canister", Holds.TEXT, "canister instead of the one in the bay"),
    Key("fill", Holds.TEXT, "fill code instead of the one in the bay"),
    Key("only", Holds.NUMBERS, "only in pouches with these numbers", least=1),
)

_AT: Final = Key("at_ms", Holds.NUMBER, "not before this virtual millisecond of the run")
_ORDER: Final = Key("order", Holds.TEXT, "name of the order", required=True)
_EPOCH: Final = Key("epoch", Holds.NUMBER, "fencing epoch; 1 when left out")
_COMMAND: Final = Key("command", Holds.NUMBER, "command id; the next one when left out", least=1)

VERBS: Final = {
    "load": ("load an order", (_ORDER,)),
    "start": ("start a loaded order", (_ORDER, _EPOCH, _COMMAND)),
    "give": ("load and start an order", (_ORDER, _EPOCH, _COMMAND)),
    "pause": ("suspend at the next pouch boundary", (_EPOCH, _COMMAND)),
    "stop": ("interrupt every order", (_EPOCH, _COMMAND)),
    "hello": (
        "another controller comes",
        (Key("holder", Holds.TEXT, "its name"), Key("epoch", Holds.NUMBER, "its epoch", required=True)),
    ),
    "command": (
        "raw PackML command at the machine",
        (Key("name", Holds.TEXT, "which", required=True, choices=tuple(COMMANDS)),),
    ),
    "mode": ("change the unit mode", (Key("mode", Holds.NUMBER, "1 produce, 2 maintenance, 3 manual", required=True),)),
    "inject": (
        "a fault (`dispenser-sim faults`)",
        (
            Key("fault", Holds.TEXT, "its name", required=True),
            Key("with", Holds.FIELDS, "its arguments"),
            Key("over", Holds.FLAG, "true: it is taken back"),
        ),
    ),
    "cut_power": ("the power goes", ()),
    "restore_power": ("it comes back", ()),
    "acknowledge": (
        "tell the machine that its whole journal is on record",
        (
            _EPOCH,
            Key("head", Holds.TEXT, "chain head instead of the machine's own"),
        ),
    ),
    "read_journal": ("read the journal to its end, gap by gap, over the wire", ()),
    "wait": (
        "until something is so",
        (
            Key("state", Holds.TEXT, "the machine is in this state", choices=STATES),
            Key("kind", Holds.TEXT, "such an entry is written, from this step on"),
            Key("pouch", Holds.NUMBER, "with `kind`: of this pouch"),
            Key("count", Holds.NUMBER, "with `kind`: so many of them; 1 when left out", least=1),
            Key("order", Holds.TEXT, "name of an order, with `is`"),
            Key("is", Holds.TEXT, "its state", choices=ORDER_STATES),
            Key("packed", Holds.NUMBER, "with `order`: at least so many pouches are packed", least=1),
            Key("alarm", Holds.TEXT, "this alarm stands"),
            Key("ms", Holds.NUMBER, "so many virtual milliseconds have passed", least=1),
        ),
    ),
}
"""Verb to what it does and the keys of its step."""

STEP: Final = (Key("do", Holds.TEXT, "what is done", required=True, choices=tuple(VERBS)), _AT)

EXPECT: Final = (
    Key("passes", Holds.TEXTS, "states entered in this order, others between them allowed", choices=STATES),
    Key("ends_in", Holds.TEXT, "state at the end", choices=STATES),
    Key("alarms", Holds.TEXTS, "codes of the alarms raised, exactly these in this order; none when left out"),
    Key("refusals", Holds.TEXTS, "codes of all refusals, exactly these in this order; none when left out"),
    Key("orders", Holds.BY_ORDER, "state of orders at the end", choices=ORDER_STATES),
    Key("packed", Holds.POUCHES, "pouches reported as packed, exactly these"),
    Key("void", Holds.TABLES, "pouches reported as void, exactly these in this order"),
    Key("wrong", Holds.POUCHES, "pouches reported as packed that are wrong in truth, exactly; none when left out"),
    Key("kinds", Holds.TEXTS, "kinds of journal entries that are there"),
    Key("never", Holds.TEXTS, "kinds of journal entries that are not there"),
    Key("entries", Holds.TABLES, "entries that are there"),
    Key("clock_falls", Holds.FLAG, "the machine's clock goes back within a boot; false when left out"),
    Key("least_ms", Holds.NUMBER, "the run lasts at least so many virtual milliseconds", least=1),
    Key("boots", Holds.NUMBER, "how often the machine was powered up", least=1),
    Key("link", Holds.COUNTS, "least counts on a serial line; 0: none (names below)"),
)

VOID: Final = (
    Key("pouch", Holds.NUMBER, "its number", required=True),
    Key("reason", Holds.TEXT, "why, as the machine reports it", required=True),
    Key("order", Holds.TEXT, "its order; may be left out when there is one"),
)

ENTRY: Final = (
    Key("kind", Holds.TEXT, "its kind", required=True),
    Key("pouch", Holds.NUMBER, "its pouch; any when left out"),
    Key("fields", Holds.FIELDS, "fields with these values"),
)

FLEET_MACHINE: Final = (
    Key("fleet", Holds.TEXT, "a fleet file, beside the scenario", required=True),
    Key("id", Holds.TEXT, "which of its machines", required=True),
)

LINK_COUNTS: Final = {
    "refused_frames": "frames answered with NAK, by either side",
    "unanswered": "requests whose answer did not come in time",
    "repeated": "requests that were sent again with the same ids",
    "unreadable": "messages whose CRC-32 or form was wrong",
    "bells": "doorbell messages heard",
    "stale": "messages of another boot or older than one already seen",
    "lost_link": "times three heartbeats were missed",
    "missing": "entries of the machine's journal that the controller has not read",
}
"""What the scripted host counts on a serial line."""
