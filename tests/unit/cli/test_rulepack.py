"""Rule packs from the command line, as the how-to page shows it."""

import re
import textwrap
from pathlib import Path

import pytest

from dispenser.app.intake import accept_bundle
from dispenser.app.rule_plugins import GROUP
from dispenser.config import load
from dispenser.core.plan import MedicationPlan
from dispenser.main import services_of
from dispenser.store.session import Database
from tests.support.cli import Command
from tests.support.fhir import bundle, encoded, patient, request
from tests.support.rule_files import pack_file

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "set-clinical-rules.md"
HOLM, LUND = "A. Holm", "B. Lund"
THYROID = """
[[high_risk]]
id = "thyroid"
source = "SPC 4.2"
text = "Levothyroxin."
atc = ["H03AA01"]
cases = [
  { fires = true, lines = [{ atc = "H03AA01" }] },
  { fires = false, lines = [{ atc = "N02BE01" }] },
]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The pack of the how-to page."""
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    file = tmp_path / "rules.toml"
    file.write_text(textwrap.dedent(block), "utf-8")
    return file


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    """A pack by which the citizen's only line waits."""
    file = tmp_path / "strict.toml"
    file.write_text(pack_file(rules=THYROID), "utf-8")
    return file


def plan_of(store: Database) -> MedicationPlan:
    with store.read() as tx:
        citizen = tx.citizens.by_fhir_id("p1")
        assert citizen is not None
        plan = tx.plans.current(citizen.citizen_id)
    assert plan is not None
    return plan


def test_a_pack_is_checked_without_any_site(
    dispenser: Command, rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = dispenser("rulepack", "check", rules, "--json")
    assert ended.code == 0
    (row,) = ended.rows
    assert (row["id"], row["version"], row["clinical"], row["rules"]) == ("svane", "1", True, 1)
    assert [file.name for file in tmp_path.iterdir()] == ["rules.toml"]


def test_every_problem_of_a_pack_is_told(dispenser: Command, rules: Path) -> None:
    text = rules.read_text("utf-8").replace('version = "1"', "").replace("severity", "severety")
    rules.write_text(text, "utf-8")
    ended = dispenser("rulepack", "check", rules, "--json")
    assert ended.code == 3
    assert {(str(row["code"]), str(row["place"])) for row in ended.rows} >= {
        ("DOSE-0803", "pack.version"),
        ("DOSE-0802", "interaction[1].severety"),
    }
    assert all(row["problem"] and row["fix"] for row in ended.rows)
    table = dispenser("rulepack", "check", rules)
    assert (table.code, "DOSE-0803" in table.out) == (3, True)


def test_a_binary_file_is_no_pack(dispenser: Command, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_bytes(b"\xff\xfe\x00")
    ended = dispenser("rulepack", "check", file, "--json")
    assert (ended.code, [row["code"] for row in ended.rows]) == (3, ["DOSE-0801"])


def test_a_pack_is_proposed_shown_and_signed_by_another(dispenser: Command, site: Path, rules: Path) -> None:
    config = ("--config", site)
    (proposed,) = dispenser("rulepack", "propose", rules, "--who", HOLM, *config, "--json").rows
    assert (proposed["name"], proposed["author"], proposed["signed_by"]) == ("rules-1", HOLM, None)
    (rule,) = dispenser("rulepack", "show", "rules-1", *config, "--json").rows
    assert (rule["rule"], rule["text"]) == ("warfarin-nsaid", "Fare for blødning.")
    assert "svane" in dispenser("rulepack", "show", "rules-1", *config).out
    assert dispenser("rulepack", "diff", "rules-1", *config, "--json").rows == []
    own = dispenser("rulepack", "sign", "rules-1", "--who", HOLM, *config)
    assert (own.code, "DOSE-0852" in own.err) == (3, True)
    (signed,) = dispenser("rulepack", "sign", "rules-1", "--who", LUND, *config, "--json").rows
    assert (signed["signed_by"], signed["plans"], signed["changed"], signed["not read"]) == (LUND, 1, 0, "")


def test_signing_shows_what_changes_and_changes_it(
    dispenser: Command, site: Path, strict: Path, store: Database
) -> None:
    config = ("--config", site)
    dispenser("rulepack", "propose", strict, "--who", "C. Juhl", *config)
    (change,) = dispenser("rulepack", "diff", "rules-1", *config, "--json").rows
    assert (change["citizen"], change["line"], change["before"], change["after"], change["codes"]) == (
        "p1",
        "m1",
        "packed",
        "parked",
        "DOSE-0158",
    )
    assert len(plan_of(store).ordinations) == 1
    signed = dispenser("rulepack", "sign", "rules-1", "--who", LUND, *config)
    assert signed.code == 0
    assert "changed lines" in signed.out
    assert plan_of(store).ordinations == ()
    assert dispenser("rulepack", "rejudge", "--who", LUND, *config, "--json").rows == [
        {"plans": 1, "changed": 0, "not read": ""}
    ]


def test_the_list_says_what_is_in_force(dispenser: Command, site: Path, rules: Path, strict: Path) -> None:
    config = ("--config", site)
    (shipped,) = dispenser("rulepack", "list", *config, "--json").rows
    assert (shipped["name"], shipped["id"], shipped["state"]) == (None, "demonstration", "in force")
    for file in (rules, strict):
        dispenser("rulepack", "propose", file, "--who", "C. Juhl", *config)
    dispenser("rulepack", "sign", "rules-1", "--who", LUND, *config)
    newer = rules.with_name("newer.toml")
    newer.write_text(rules.read_text("utf-8").replace('version = "1"', 'version = "2"'), "utf-8")
    dispenser("rulepack", "propose", newer, "--who", "C. Juhl", *config)
    dispenser("rulepack", "sign", "rules-3", "--who", LUND, *config)
    rows = dispenser("rulepack", "list", *config, "--json").rows
    assert [(row["name"], row["id"], row["state"]) for row in rows] == [
        ("rules-1", "svane", "signed"),
        ("rules-2", "apotek", "proposed"),
        ("rules-3", "svane", "in force"),
        (None, "demonstration", "in force"),
    ]


def test_a_broken_plug_in_is_listed_and_lets_nothing_pass(
    dispenser: Command, site: Path, store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "installed" / "licensed-1.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: licensed\nVersion: 1\n", "utf-8")
    (package / "entry_points.txt").write_text(f"[{GROUP}]\nlicensed = no_such_module:RULES\n", "utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    rows = dispenser("rulepack", "list", "--config", site, "--json").rows
    assert [(row["id"], row["title"]) for row in rows] == [
        ("licensed", "plug-in no_such_module:RULES"),
        ("demonstration", "for demonstration, not clinical"),
    ]
    assert str(rows[0]["state"]).startswith("load_error: ModuleNotFoundError")
    dispenser("rulepack", "rejudge", "--who", LUND, "--config", site)
    assert plan_of(store).parked == ()
    services = services_of(load(site))
    with services.database:
        assert accept_bundle(services, encoded(bundle(patient(), request("m2"))), "test").status == 200
    assert [(line.ordination_id, line.reasons) for line in plan_of(store).parked] == [("m2", ("DOSE-0172",))]


def test_an_unknown_pack_is_told(dispenser: Command, site: Path) -> None:
    for command in (("show",), ("diff",), ("sign", "--who", LUND)):
        ended = dispenser("rulepack", command[0], "rules-9", *command[1:], "--config", site)
        assert (ended.code, "rules-9" in ended.err) == (3, True)


# -- allergies -----------------------------------------------------------------------------------------------------


def signed(reason: str, site: Path) -> tuple[object, ...]:
    return ("--who", HOLM, "--reason", reason, "--config", site, "--json")


def test_an_allergy_is_noted_listed_and_ended(dispenser: Command, site: Path, store: Database) -> None:
    what = ("p1", "--atc", "H03", "--text", "levothyroxin")
    (noted,) = dispenser("citizen", "allergy", *what, *signed("datter", site)).rows
    assert noted == {"citizen": "p1", "atc": "H03", "text": "levothyroxin", "plan changed": True}
    assert dispenser("citizen", "allergies", "p1", "--config", site, "--json").rows == [
        {"atc": "H03", "text": "levothyroxin"}
    ]
    assert [line.reasons for line in plan_of(store).parked] == [("DOSE-0160",)]
    (row,) = dispenser("citizen", "list", "--config", site, "--json").rows
    assert (row["note"], row["subject"], row["reason"]) == ("allergy", "H03", "datter")
    (ended,) = dispenser("citizen", "tolerates", *what, *signed("testet negativ", site)).rows
    assert ended["plan changed"] is True
    assert plan_of(store).parked == ()


def test_an_allergy_has_a_code_or_none_belongs_to_it(dispenser: Command, site: Path) -> None:
    for more in ((), ("--atc", "J01C", "--no-medicine")):
        ended = dispenser("citizen", "allergy", "p1", "--text", "x", *more, *signed("y", site))
        assert (ended.code, "--no-medicine" in ended.err) == (2, True)
    bad = dispenser("citizen", "allergy", "p1", "--atc", "J1", "--text", "x", *signed("y", site))
    assert (bad.code, "no ATC code" in bad.err) == (3, True)
    good = dispenser("citizen", "allergy", "p1", "--no-medicine", "--text", "nødder", *signed("fødevare", site))
    assert good.rows == [{"citizen": "p1", "atc": "-", "text": "nødder", "plan changed": False}]
    assert dispenser("citizen", "allergies", "p1", "--config", site, "--json").rows == []
