"""What is written down of a pouch and of a film; pure."""

from typing import Final

from hal.drivers.unit.memory import Fact
from hal.drivers.unit.wire import Result
from hal.journal import FieldValue
from hal.wire import words

_MOST_FILMS: Final = 100


def void_films(after: int, last: int) -> list[Fact]:
    """Return that every film after `after` and up to `last` is empty, or was used by somebody else.

    Of very many, as when the machine was in use before, only the last one is told; it stands for those before it.
    """
    films = range(after + 1, last + 1) if last - after <= _MOST_FILMS else (last,)
    return [Fact(words.FILM_CHANGED, fields={"event": words.VOID, "film": film}) for film in films]


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
