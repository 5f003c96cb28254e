"""Refills and recalls from the command line, as the how-to page shows them."""

import csv
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispenser.store.session import Database
from tests.support.cli import Command, settings

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "refill-and-recall.md"
COMMAND = re.compile(r"^ *dispenser (.+)$", re.MULTILINE)
CSV = re.compile(r"```csv\n(.*?)```", re.DOTALL)
GTIN, PAMOL = "07046260281004", "28103888005"
PACK = f"(01){GTIN}(17)290630(10)AB12(21)S100"
TWO = ("--who", "A. Holm", "--second", "B. Lund")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Settings over a fresh database: nobody has registered anything yet."""
    url = f"sqlite:///{tmp_path}/dispenser.db"
    with Database(url) as database:
        database.migrate()
    return settings(tmp_path, url)


def commands(site: Path, file: Path) -> list[list[str]]:
    names = {"site.toml": str(site), "fills.csv": str(file)}
    return [[names.get(word, word) for word in shlex.split(line)] for line in COMMAND.findall(PAGE.read_text("utf-8"))]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "fills.csv"
    (text,) = CSV.findall(PAGE.read_text("utf-8"))
    path.write_text("\n".join(line.strip() for line in text.splitlines()) + "\n", encoding="utf-8")
    return path


def test_the_pages_commands_do_what_it_says(dispenser: Command, site: Path, file: Path) -> None:
    shown = commands(site, file)
    assert [words[:2] for words in shown] == [
        ["refill", "register"],
        ["refill", "register"],
        ["refill", "gtin"],
        ["refill", "hand"],
        ["refill", "list"],
        ["refill", "close"],
        ["lot", "quarantine"],
        ["lot", "clear"],
        ["lot", "recall"],
        ["lot", "list"],
        ["trace", "lot"],
        ["trace", "pouch"],
    ]
    first, second, gtin, *others, trace_pouch = shown
    # The page's second step comes first where the GTIN is new.
    refused = dispenser(*first)
    assert refused.code == 3
    assert "DOSE-0903" in refused.err
    for words in (gtin, first, second, *others):
        ended = dispenser(*words)
        assert ended.code == 0, (words, ended.err)
    assert dispenser(*trace_pouch).code == 3
    rows = dispenser("refill", "list", "--config", site, "--json").rows
    assert [(row["container"], row["fill"], row["units"], row["lots"]) for row in rows] == [
        ("K1", "K1-2", 200, "AB12"),
        ("K1", "K1-3", 200, "AB12 CD34"),
        ("hand", "H3", 100, "AB12"),
    ]
    assert [row["ended"] is not None for row in rows] == [False, False, True]
    states = [row["state"] for row in dispenser("lot", "list", "--config", site, "--json").rows]
    assert states == ["quarantined", "free", "recalled"]


def register(dispenser: Command, site: Path) -> None:
    known = dispenser("refill", "gtin", GTIN, PAMOL, "--units", 100, *TWO, "--config", site, "--json")
    assert known.rows == [{"gtin": GTIN, "product": PAMOL, "units": 100}]


def test_a_list_of_gtins_is_taken_from_a_file(dispenser: Command, site: Path, tmp_path: Path) -> None:
    listed = tmp_path / "gtins.csv"
    with listed.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("gtin", "product", "units"), (GTIN, PAMOL, 100), ("5712345000007", PAMOL, 30)])
    ended = dispenser("refill", "gtin", "--csv", listed, *TWO, "--config", site, "--json")
    assert [(row["gtin"], row["units"]) for row in ended.rows] == [(GTIN, 100), ("05712345000007", 30)]


def test_hand_stock_from_a_file_is_numbered_by_the_program(dispenser: Command, site: Path, tmp_path: Path) -> None:
    register(dispenser, site)
    listed = tmp_path / "hand.csv"
    opened = datetime.now(UTC).date() - timedelta(days=2)
    line = f"a,{PAMOL},{PACK},30,{opened},7,{GTIN}"
    listed.write_text(f"fill,product,pack,units,opened,days,second_scan\n{line}\n", encoding="utf-8")
    given = ("--csv", listed, "--opened", opened - timedelta(days=40), *TWO)
    (row,) = dispenser("refill", "hand", *given, "--config", site, "--json").rows
    assert (row["container"], row["fill"], row["units"]) == ("hand", "H1", 30)
    assert (row["opened"], row["until"]) == (str(opened), str(opened + timedelta(days=7)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("canister,fill,product\nK1,K1-1,1\n", "has no column pack"),
        ("canister,fill,product,pack,units\nK1,K1-1,1,x,many\n", "'many' is no whole number"),
        ("canister,fill,product,pack,days\nK1,K1-1,1,x,1.5\n", "'1.5' is no whole number"),
        ("canister,fill,product,pack,opened\nK1,K1-1,1,x,20/11/2026\n", "'20/11/2026' is no date"),
    ],
)
def test_a_file_that_cannot_be_read_is_wrong_use(
    dispenser: Command, site: Path, tmp_path: Path, text: str, why: str
) -> None:
    listed = tmp_path / "fills.csv"
    listed.write_text(text, encoding="utf-8")
    ended = dispenser("refill", "register", "--csv", listed, *TWO, "--config", site)
    assert ended.code == 2
    assert why in " ".join(ended.err.replace("│", " ").split())


def test_nothing_registered_nothing_told(dispenser: Command, site: Path) -> None:
    assert dispenser("refill", "list", "--config", site, "--json").rows == []
    assert dispenser("trace", "lot", "AB12", "--config", site, "--json").rows == []
    assert dispenser("trace", "lot", "AB12", "--gtin", "123", "--config", site).code == 2
    refused = dispenser("refill", "register", *TWO, "--config", site)
    assert refused.code == 3
    assert "DOSE-0901" in refused.err
