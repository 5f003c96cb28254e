"""The report that a vendor signs: one HTML file without anything from outside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from hal.conformance.check import Check, CheckResult, Level, Verdict
from hal.status import Capabilities, capabilities_digest

_WORDS: Final = {
    "title": ("Conformance report", "Overensstemmelsesrapport"),
    "driver": ("Driver", "Driver"),
    "version": ("Version", "Version"),
    "contract": ("Contract", "Kontrakt"),
    "uri": ("Address", "Adresse"),
    "machine": ("Machine", "Maskine"),
    "serial": ("Serial number", "Serienummer"),
    "firmware": ("Firmware", "Firmware"),
    "digest": ("Capability digest", "Kapabilitetsfingeraftryk"),
    "date": ("Date", "Dato"),
    "sum": ("Result", "Resultat"),
    "check": ("Check", "Kontrol"),
    "verdict": ("Verdict", "Udfald"),
    "detail": ("Detail", "Detalje"),
    "seconds": ("Seconds", "Sekunder"),
    "name": ("Name", "Navn"),
    "signature": ("Signature", "Underskrift"),
    "unknown": ("not told", "ikke oplyst"),
    Verdict.PASSED.value: ("passed", "bestået"),
    Verdict.FAILED.value: ("failed", "ikke bestået"),
    Verdict.EXEMPT.value: ("exempt: not tried", "fritaget: ikke prøvet"),
    Level.WIRE.value: ("Wire", "Forbindelse"),
    Level.BEHAVIOUR.value: ("Behaviour", "Opførsel"),
    Level.ENDURANCE.value: ("Endurance", "Udholdenhed"),
    Level.HARDWARE.value: ("Hardware", "Maskinel"),
    "statement": (
        "Every check above was run as listed. An exempt check proves nothing.",
        "Alle kontroller ovenfor er udført som anført. En fritaget kontrol beviser intet.",
    ),
}
_STYLE: Final = (
    "body{font:15px/1.4 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}td,th{border:1px solid #999;padding:.3rem .5rem;"
    "text-align:left;vertical-align:top}tr.failed td{background:#fdd}tr.exempt td{background:#eee}"
    ".line{border-bottom:1px solid #111;height:2.5rem;margin-right:2rem}@media print{tr{break-inside:avoid}}"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was tried: driver, its version, the URI; `capabilities` is None when the machine told none."""

    driver: str
    version: str
    contract: int
    uri: str
    capabilities: Capabilities | None
    day: date


def html_report(subject: Subject, checks: Sequence[Check], results: Sequence[CheckResult], language: str = "en") -> str:
    """Return the report on `results` of `checks` (in the same order) in `language`: da, or English."""

    def say(word: str) -> str:
        english, danish = _WORDS[word]
        return escape(danish if language == "da" else english)

    rows = [f"<tr><th>{say(word)}</th><td>{escape(text)}</td></tr>" for word, text in _facts(subject, say("unknown"))]
    counts = Counter(result.verdict for result in results)
    total = ", ".join(f"{counts[verdict]} {say(verdict.value)}" for verdict in Verdict)
    parts = [
        f'<!doctype html><html lang="{"da" if language == "da" else "en"}"><meta charset="utf-8">',
        f"<title>{say('title')}: {escape(subject.driver)}</title><style>{_STYLE}</style>",
        f"<h1>{say('title')}</h1><table>{''.join(rows)}<tr><th>{say('sum')}</th><td>{total}</td></tr></table>",
    ]
    for level in Level:
        pairs = [pair for pair in zip(checks, results, strict=True) if pair[0].level is level]
        if pairs:
            parts.append(f"<h2>{say(level.value)}</h2><table><tr>")
            parts += [f"<th>{say(word)}</th>" for word in ("check", "verdict", "detail", "seconds")]
            parts.append("</tr>")
            parts += [_row(one, result, say(result.verdict.value), language) for one, result in pairs]
            parts.append("</table>")
    parts.append(f"<p>{say('statement')}</p><table><tr>")
    parts += [f'<td><div class="line"></div>{say(word)}</td>' for word in ("name", "date", "signature")]
    parts.append("</tr></table></html>\n")
    return "\n".join(parts)


def _facts(subject: Subject, unknown: str) -> list[tuple[str, str]]:
    found = subject.capabilities
    return [
        ("driver", subject.driver),
        ("version", subject.version or unknown),
        ("contract", str(subject.contract)),
        ("uri", subject.uri),
        ("machine", f"{found.vendor} {found.model}" if found else unknown),
        ("serial", found.serial_number if found else unknown),
        ("firmware", found.firmware if found else unknown),
        ("digest", capabilities_digest(found) if found else unknown),
        ("date", subject.day.isoformat()),
    ]


def _row(one: Check, result: CheckResult, verdict: str, language: str) -> str:
    title = one.title_da if language == "da" else one.title
    detail = result.missing.why_missing(language) if result.missing is not None else result.detail
    return (
        f'<tr class="{result.verdict.value}"><td><b>{escape(one.id)}</b><br>{escape(title)}</td><td>{verdict}</td>'
        f"<td>{escape(detail)}</td><td>{result.seconds:.1f}</td></tr>"
    )
