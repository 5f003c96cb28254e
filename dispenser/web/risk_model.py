"""The risk file in the reader's language, for the panel, the page that is saved, and paper."""

from collections.abc import Iterable
from dataclasses import dataclass

from dispenser.app.risk_file import CheckEntry, RiskFile
from dispenser.web.i18n import Texts
from dispenser.web.risk_words import CLASS_WORDS, OVERRIDING_WORDS, PLUGIN_WORDS, SEVERITY_WORDS, STAGE_WORDS
from hal.plugins import Plugin
from safety.findings import Code, Finding
from safety.hazards import WORST, Hazard


@dataclass(frozen=True, slots=True)
class HazardModel:
    """One hazard in words; `checks` and `tests` are their ids."""

    id: str
    what: str
    harm: str
    severity: str
    causes: tuple[str, ...]
    controls: tuple[str, ...]
    checks: tuple[str, ...]
    tests: tuple[str, ...]
    residual: str


@dataclass(frozen=True, slots=True)
class CodeModel:
    """One code: its text with places as `{name}`, what it stops, who may set it aside, and where it is from."""

    id: str
    text: str
    stops: str
    who: str
    source: str


@dataclass(frozen=True, slots=True)
class CheckModel:
    """One check in words; `faults` are kinds of seeded fault."""

    id: str
    holds: str
    where: str
    functions: tuple[str, ...]
    codes: tuple[CodeModel, ...]
    hazards: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that keeps the site from planning and sending now."""

    code: str
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class DriverModel:
    """One installed driver in words; `detail` says why it cannot be used, and is empty when it can."""

    name: str
    state: str
    is_usable: bool
    schemes: tuple[str, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class RiskModel:
    """The whole file; `standing` is what stops the site now, `drivers` what is installed: neither in a kept file."""

    hazards: tuple[HazardModel, ...]
    checks: tuple[CheckModel, ...]
    standing: tuple[Standing, ...]
    drivers: tuple[DriverModel, ...]


def risk_model(
    file: RiskFile, texts: Texts, standing: Iterable[Finding] = (), drivers: Iterable[Plugin] = ()
) -> RiskModel:
    """Return the risk file in the reader's language."""
    language = texts.language
    return RiskModel(
        tuple(_hazard(hazard, texts) for hazard in file.hazards),
        tuple(_check(entry, texts) for entry in file.checks),
        tuple(Standing(one.code.id, one.text(language), one.fix(language)) for one in standing),
        tuple(_driver(one, texts) for one in drivers),
    )


def _driver(plugin: Plugin, texts: Texts) -> DriverModel:
    return DriverModel(
        name=plugin.name,
        state=texts.t(PLUGIN_WORDS[plugin.state]),
        is_usable=plugin.driver is not None,
        schemes=plugin.driver.schemes if plugin.driver else (),
        detail=plugin.detail,
    )


def _hazard(hazard: Hazard, texts: Texts) -> HazardModel:
    language = texts.language
    return HazardModel(
        id=hazard.id,
        what=hazard.what.text(language),
        harm=hazard.harm.text(language),
        severity=_unbroken(texts.t("{severity} of {worst}", severity=hazard.severity, worst=WORST)),
        causes=tuple(cause.text(language) for cause in hazard.causes),
        controls=tuple(
            f"{texts.t(CLASS_WORDS[control.kind])}: {control.what.text(language)}" for control in hazard.controls
        ),
        checks=hazard.checks,
        tests=hazard.tests,
        residual=hazard.residual.text(language),
    )


def _check(entry: CheckEntry, texts: Texts) -> CheckModel:
    return CheckModel(
        id=entry.check.id,
        holds=entry.holds.text(texts.language),
        where=", ".join(texts.t(STAGE_WORDS[stage]) for stage in entry.check.stages),
        functions=entry.check.functions,
        codes=tuple(_code(code, texts) for code in entry.codes),
        hazards=entry.hazards,
        faults=entry.faults,
    )


def _code(code: Code, texts: Texts) -> CodeModel:
    return CodeModel(
        id=code.id,
        text=code.danish if texts.language == "da" else code.english,
        stops=texts.t(SEVERITY_WORDS[code.severity]),
        who=texts.t(OVERRIDING_WORDS[code.overriding]),
        source=code.source,
    )


def _unbroken(text: str) -> str:
    """Return `text` as one word that no narrow column parts."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")
