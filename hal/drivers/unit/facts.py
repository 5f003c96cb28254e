"""What is written down of a pouch and of a film; pure."""

from hal.drivers.unit.memory import Fact
from hal.drivers.unit.wire import Result
from hal.journal import FieldValue
from hal.wire import words


def void_film(film: int) -> Fact:
    """Return that an empty film was fed, or one that nobody can account for."""
    return Fact(words.FILM_CHANGED, fields={"event": words.VOID, "film": film})


def pouch_facts(number: int, pouch: int, film: int, result: Result) -> list[Fact]:
    """Return everything that the machine told of a pouch of order `number`, its outcome last."""
    facts: list[Fact] = []
    for fact in result.facts:
        fields = dict(fact.fields)
        if fact.kind != words.DROPPED:
            fields["film"] = film
        facts.append(Fact(fact.kind, number, pouch, fields))
    packed = result.outcome == words.PACKED
    end: dict[str, FieldValue] = {
        "film": film,
        "outcome": words.PACKED if packed else words.VOID,
        "reason": "" if packed else result.reason,
    }
    return [*facts, Fact(words.POUCH_CLOSED, number, pouch, end)]
