"""Guard history: triggers that refuse what must never happen, whoever asks.

Revision: 0003, after 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"

_APPEND_ONLY = ("inbox", "resource", "plan", "plan_line", "journal", "audit")
_NEVER_DELETED = ("batch", "roll", "job", "pouch", "machine")
# Name of the trigger, table, columns whose update it watches, when it refuses, what it says.
_FROZEN = (
    (
        "roll_frozen",
        "roll",
        "roll_id, batch_id, citizen_id, plan_revision, first, last, pouches, digest, document",
        None,
        "the content of a roll is never changed",
    ),
    (
        "roll_void_for_good",
        "roll",
        "void_reason",
        "OLD.void_reason IS NOT NULL",
        "a void roll stays void",
    ),
    (
        "batch_frozen",
        "batch",
        "batch_id, group_id, first, last, catalogue_version, slot_version, digest, findings, created_at, pouches, rolls",
        None,
        "the content of a batch is never changed",
    ),
    (
        "job_order_frozen",
        "job",
        "job_id, roll_id, machine_id, order_number, digest, order_document, epoch",
        "OLD.state <> 'queued'",
        "what was sent is never changed",
    ),
    (
        "pouch_void_for_good",
        "pouch",
        "job_id, number, roll_id, state, film, closed_at",
        "OLD.state = 'void'",
        "a void pouch stays void",
    ),
    (
        "machine_numbers_rise",
        "machine",
        "epoch, next_order_number",
        "NEW.epoch < OLD.epoch OR NEW.next_order_number < OLD.next_order_number",
        "epoch and order numbers never fall",
    ),
)


def upgrade() -> None:
    """Make the triggers."""
    if _postgresql():
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$"
        )
    for table in _APPEND_ONLY:
        _refuse(f"{table}_no_update", table, "UPDATE", None, f"{table} is append-only")
    for table in _APPEND_ONLY + _NEVER_DELETED:
        _refuse(f"{table}_no_delete", table, "DELETE", None, f"nothing is ever deleted from {table}")
    if _postgresql():
        for table in _APPEND_ONLY + _NEVER_DELETED:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                f"EXECUTE FUNCTION refuse_change('nothing is ever deleted from {table}')"
            )
    for name, table, columns, when, message in _FROZEN:
        _refuse(name, table, f"UPDATE OF {columns}", when, message)


def downgrade() -> None:
    """Take the triggers away."""
    names = [(f"{table}_no_update", table) for table in _APPEND_ONLY]
    names += [(f"{table}_no_delete", table) for table in _APPEND_ONLY + _NEVER_DELETED]
    names += [(name, table) for name, table, *_ in _FROZEN]
    if _postgresql():
        names += [(f"{table}_no_truncate", table) for table in _APPEND_ONLY + _NEVER_DELETED]
    for name, table in names:
        op.execute(f"DROP TRIGGER {name} ON {table}" if _postgresql() else f"DROP TRIGGER {name}")
    if _postgresql():
        op.execute("DROP FUNCTION refuse_change()")


def _postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _refuse(name: str, table: str, event: str, when: str | None, message: str) -> None:
    condition = f"WHEN ({when}) " if when else ""
    head = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}"
    if _postgresql():
        op.execute(f"{head}EXECUTE FUNCTION refuse_change('{message}')")
    else:
        op.execute(f"{head}BEGIN SELECT RAISE(ABORT, '{message}'); END")
