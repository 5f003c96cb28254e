"""An upgrade keeps every row, or does not happen."""

import sqlite3
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from dispenser.core.ids import MachineId
from dispenser.store import schema
from dispenser.store.engines import engine_for, url_of
from dispenser.store.errors import RowsLostError
from dispenser.store.session import Database

# A step of an upgrade that throws something away: whenever the shape's revision is written, a row goes.
LOSES_A_ROW = """
CREATE TABLE remark (text VARCHAR);
INSERT INTO remark VALUES ('one'), ('two');
CREATE TRIGGER loses AFTER UPDATE ON alembic_version BEGIN DELETE FROM remark WHERE text = 'two'; END;
"""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A database of the release before, with a machine in it."""
    file = tmp_path / "dispenser.db"
    script = ScriptDirectory.from_config(schema.config_for())
    head = script.get_current_head()
    assert head is not None
    before = script.get_revision(head).down_revision
    assert isinstance(before, str)
    engine = engine_for(url_of(f"sqlite:///{file}"), writing=True)
    with engine.begin() as connection:
        schema.migrate(connection, before)
        connection.exec_driver_sql(
            "INSERT INTO machine (machine_id, uri, epoch, next_order_number, cursor_boot_id, cursor_seq, journal_head, "
            "link) VALUES ('m1', 'direct:', 1, 1, '', 0, '', 'offline')"
        )
    engine.dispose()
    return file


def test_an_upgrade_keeps_what_is_there(older: Path) -> None:
    with Database(f"sqlite:///{older}") as database:
        database.migrate()
        database.check()
        with database.read() as tx:
            assert [machine.machine_id for machine in tx.machines.all()] == [MachineId("m1")]


def test_an_upgrade_that_would_lose_a_row_is_taken_back(older: Path) -> None:
    raw = sqlite3.connect(older)
    raw.executescript(LOSES_A_ROW)
    before = raw.execute("SELECT version_num FROM alembic_version").fetchall()
    with (
        Database(f"sqlite:///{older}") as database,
        pytest.raises(RowsLostError, match=r"DOSE-0614 .* 1 of 2 rows of remark"),
    ):
        database.migrate()
    assert raw.execute("SELECT count(*) FROM remark").fetchone() == (2,)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == before
    raw.close()
