"""The batch record (batchjournal): what was packed where, proven by which digest, signed by whom; A4, in Danish."""

from dataclasses import dataclass, replace

from dispenser.core.ids import BatchId, GroupId, MachineId, RollId
from dispenser.core.roll import Period
from labels.layout import Covers, Measure, PlacedText
from labels.tables import Table, lay_out_tables

_WIDEST_WORD = 56
"""Signs of a word in a finding that fit into its column, however wide each is."""
_WIDEST_NAME = 17
"""The same for who signed."""


@dataclass(frozen=True, slots=True)
class MachineRow:
    """What one machine packed of the batch."""

    machine_id: MachineId
    model: str
    rolls: int
    packed: int
    void: int


@dataclass(frozen=True, slots=True)
class RollRow:
    """How one roll of the batch ended; `orders` are the machine order numbers that it took."""

    roll_id: RollId
    machine_id: MachineId | None
    plan_revision: int
    pouches: int
    packed: int
    void: int
    orders: tuple[int, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did what when; times as the site reads them."""

    what: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class RecordContent:
    """Everything in a batch record; no citizen is named in it."""

    batch_id: BatchId
    group_id: GroupId
    period: Period
    state: str
    catalogue_version: str
    slot_version: str
    digest: str
    machines: tuple[MachineRow, ...]
    rolls: tuple[RollRow, ...]
    findings: tuple[str, ...]
    signatures: tuple[Signature, ...]


def lay_out_record(content: RecordContent, measure: Measure, covers: Covers) -> tuple[tuple[PlacedText, ...], ...]:
    """Return the pages of a batch record as placed texts in millimetres; every cell is wrapped, none is cut.

    What people wrote in their own words is spelled out where the font has no character for it, so that no reason or
    name keeps a record from being printed.

    Raises:
        GlyphError: a character that the font does not have.
        LayoutError: a number too wide for its column.
    """
    content = replace(
        content,
        findings=tuple(_spelled(text, covers, _WIDEST_WORD) for text in content.findings),
        signatures=tuple(replace(one, who=_spelled(one.who, covers, _WIDEST_NAME)) for one in content.signatures),
    )
    return lay_out_tables(_tables(content), measure, covers)


def _tables(content: RecordContent) -> tuple[Table, ...]:
    facts = (
        ("Pakkegruppe", content.group_id),
        ("Periode", f"{content.period.first:%d.%m.%Y} - {content.period.last:%d.%m.%Y}"),
        ("Status", content.state),
        ("Doseruller", str(len(content.rolls))),
        ("Poser", str(sum(row.pouches for row in content.rolls))),
        ("Pakket", str(sum(row.packed for row in content.rolls))),
        ("Kasseret", str(sum(row.void for row in content.rolls))),
        ("Katalog", content.catalogue_version),
        ("Tidspunkter", content.slot_version),
        ("SHA-256", _in_groups(content.digest)),
    )
    machines = tuple(
        (row.machine_id, row.model, str(row.rolls), str(row.packed), str(row.void)) for row in content.machines
    )
    rolls = tuple(
        (
            row.roll_id,
            row.machine_id or "-",
            str(row.plan_revision),
            f"{row.packed} / {row.pouches}",
            str(row.void),
            ", ".join(str(number) for number in row.orders) or "-",
            _in_groups(row.digest),
        )
        for row in content.rolls
    )
    return (
        Table(f"Batchjournal {content.batch_id}", (35, 145), facts),
        Table("Maskiner", (45, 60, 25, 25, 25), (("Maskine", "Model", "Ruller", "Pakket", "Kasseret"), *machines)),
        Table(
            "Doseruller",
            (25, 32, 15, 20, 18, 20, 50),
            (("Rulle", "Maskine", "Plan", "Pakket", "Kasseret", "Ordrer", "SHA-256"), *rolls),
        ),
        Table("Fund", (180,), tuple((text,) for text in content.findings) or (("Ingen",),)),
        Table(
            "Underskrifter",
            (60, 60, 60),
            tuple((row.what, row.who, row.when) for row in content.signatures) or (("Ingen", "", ""),),
        ),
    )


def _spelled(text: str, covers: Covers, longest: int) -> str:
    """Return `text` with what the font lacks as `[U+1F600]`, and words with digits at most `longest` signs long."""
    known = "".join(
        character if covers(character, False) else f"[U+{ord(character):04X}]"  # noqa: FBT003 - the flag of Covers
        for character in text
    )
    return " ".join(_pieces(word, longest) for word in known.split(" "))


def _pieces(word: str, longest: int) -> str:
    # A number is never broken where lines are: what nobody would write as one has to be broken before.
    if len(word) <= longest or not any(character.isdigit() for character in word):
        return word
    return " / ".join(word[start : start + longest] for start in range(0, len(word), longest))


def _in_groups(digest: str) -> str:
    """Return a digest in groups of eight, so that it can be read aloud and wrapped."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
