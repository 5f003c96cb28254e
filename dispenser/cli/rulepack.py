"""`dispenser rulepack`: check, propose, sign and look at packs of clinical rules, and what they change."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.app.rejudging import LineChange, Rejudged
    from dispenser.app.services import Services
    from dispenser.store.rule_packs import RulePackRecord
    from safety.rulepack import RulePack

app = typer.Typer(no_args_is_help=True, help="Packs of clinical rules: check, propose, sign, and see what they change.")

REFUSED = 3
PackFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Rule pack (TOML).")]
PackName = Annotated[str, typer.Argument(metavar="PACK", help="Name under which it is stored: rules-1.")]
_COLUMNS = (
    "name", "id", "version", "title", "valid_from", "valid_to", "author", "created_at", "signed_by", "signed_at",
    "digest", "state",
)  # fmt: skip
Who = Annotated[str, typer.Option(help="Name of the pharmacist who answers for it.")]


@app.command()
def check(file: PackFile, as_json: AsJson = False) -> None:
    """Check a rule pack and run its own cases; needs no site. Example: dispenser rulepack check rules.toml."""
    from safety.rulepack_file import RulePackError, read_rule_pack

    try:
        pack = read_rule_pack(_text(file))
    except RulePackError as error:
        rows = [
            {"place": one.subject, "code": one.code.id, "problem": one.text("en"), "fix": one.fix("en")}
            for one in error.findings
        ]
        print_rows("problems", rows, as_json=as_json)
        raise typer.Exit(REFUSED) from None
    print_rows("rule packs", [_checked(pack)], as_json=as_json)


@app.command()
def propose(file: PackFile, who: Who, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Propose a rule pack; another must sign it. Example: dispenser rulepack propose rules.toml --who "A. Holm"."""
    from dispenser.app.rule_packs import propose_rules

    with services(config) as chosen:
        record = propose_rules(chosen, _text(file), who)
    print_rows("rule packs", [_row(record)], as_json=as_json)


@app.command()
def sign(
    pack: PackName,
    who: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Sign without asking whether the changes are right.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Show what a proposed pack changes, put it in force, and judge all plans anew.

    Example: dispenser rulepack sign rules-1 --who "B. Lund".
    """
    from dispenser.app.rejudging import diff as changes_of
    from dispenser.app.rejudging import rejudge_all
    from dispenser.app.rule_packs import sign_rules

    with services(config) as chosen:
        changes = changes_of(chosen, pack)
        if not as_json:
            _print_changes(changes, as_json=False)
            if sys.stdin.isatty() and not yes:
                typer.confirm("Sign it?", abort=True)
        record = sign_rules(chosen, pack, who)
        rejudged = rejudge_all(chosen, who)
    row = _row(record) | _counts(rejudged)
    print_rows("rule packs", [row], as_json=as_json)


@app.command("list")
def list_packs(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List rule packs, plug-ins, and what is in force today. Example: dispenser rulepack list."""
    with services(config) as chosen:
        rows = _listed(chosen)
    print_rows("rule packs", rows, as_json=as_json)


@app.command()
def show(pack: PackName, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the rules of a stored pack. Example: dispenser rulepack show rules-1."""
    from safety.rulepack_file import read_rule_pack

    with services(config) as chosen, chosen.database.read() as tx:
        head, rules = _row(tx.rule_packs.get(pack)), read_rule_pack(tx.rule_packs.document(pack)).rules
    if not as_json:
        print_rows("rule packs", [head], as_json=False)
    rows = [
        {"rule": rule.about.id, "kind": type(rule).__name__, "source": rule.about.source, "text": rule.about.text}
        for rule in rules
    ]
    print_rows("rules", rows, as_json=as_json)


@app.command()
def diff(pack: PackName, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show which lines would wait or go if a pack were signed. Example: dispenser rulepack diff rules-1."""
    from dispenser.app.rejudging import diff as changes_of

    with services(config) as chosen:
        changes = changes_of(chosen, pack)
    _print_changes(changes, as_json=as_json)


@app.command()
def rejudge(who: Who, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Judge all plans by the rules in force today. Example: dispenser rulepack rejudge --who "B. Lund"."""
    from dispenser.app.rejudging import rejudge_all

    with services(config) as chosen:
        rejudged = rejudge_all(chosen, who)
    print_rows("plans", [_counts(rejudged)], as_json=as_json)


def _text(file: Path) -> str:
    # What is no text at all is no TOML either, and is told so.
    return file.read_text(encoding="utf-8", errors="replace")


def _checked(pack: "RulePack") -> dict[str, object]:
    return {
        "id": pack.pack_id,
        "version": pack.version,
        "title": pack.title,
        "clinical": pack.clinical,
        "valid_from": pack.valid_from.isoformat(),
        "valid_to": pack.valid_to.isoformat() if pack.valid_to else None,
        "rules": len(pack.rules),
        "digest": pack.digest,
    }


def _row(record: "RulePackRecord") -> dict[str, object]:
    return {
        "name": record.name,
        "id": record.pack_id,
        "version": record.version,
        "title": record.title,
        "valid_from": record.valid_from.isoformat(),
        "valid_to": record.valid_to.isoformat() if record.valid_to else None,
        "author": record.author,
        "created_at": record.created_at.isoformat(),
        "signed_by": record.signed_by,
        "signed_at": record.signed_at.isoformat() if record.signed_at else None,
        "digest": record.digest,
    }


def _listed(chosen: "Services") -> list[dict[str, object]]:
    from dispenser.app.rule_packs import demonstration_rules
    from dispenser.app.rule_plugins import RulesState, discover_rules
    from scheduling.calendar import local_date

    with chosen.database.read() as tx:
        packs = tx.rule_packs.all()
        in_force = {record.name for record in tx.rule_packs.in_force(local_date(chosen.clock.now()))}
    rows = [_row(record) | {"state": _state(record, in_force)} for record in packs]
    for plugin in discover_rules():
        state = "in force" if plugin.state is RulesState.USABLE else f"{plugin.state.value}: {plugin.detail}"
        rows.append(_nameless(plugin.name, f"plug-in {plugin.target}", state))
    if demonstration_rules() in chosen.rules:
        rows.append(_nameless("demonstration", "for demonstration, not clinical", "in force"))
    return rows


def _state(record: "RulePackRecord", in_force: set[str]) -> str:
    if record.name in in_force:
        return "in force"
    return "signed" if record.signed_by else "proposed"


def _nameless(pack_id: str, title: str, state: str) -> dict[str, object]:
    """Return the row of rules that nobody has proposed here."""
    named: dict[str, object] = {"id": pack_id, "title": title, "state": state}
    return {column: named.get(column) for column in _COLUMNS}


def _print_changes(changes: "tuple[LineChange, ...]", *, as_json: bool) -> None:
    rows = [
        {
            "citizen": change.citizen,
            "line": change.line,
            "text": change.text,
            "before": change.before.value,
            "after": change.after.value,
            "codes": " ".join(change.codes),
        }
        for change in changes
    ]
    print_rows("changed lines", rows, as_json=as_json)


def _counts(rejudged: "Rejudged") -> dict[str, object]:
    return {"plans": rejudged.plans, "changed": rejudged.changed, "not read": " ".join(rejudged.failed)}
