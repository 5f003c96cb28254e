"""Two lines that are taken in the same days, each told about the other."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from safety.findings import Code, Finding
from safety.rules.amounts import together
from safety.rules.rule import About, Asked, Line, fired


def fired_in_pairs(
    code: Code, lines: Sequence[Line], about: About, asked: Asked, clash: Callable[[Line, Line], bool]
) -> Iterator[Finding]:
    """Yield a finding for each packed line of every two that clash; it names the other, and how both are taken."""
    for pair in combinations(lines, 2):
        if not clash(*pair) or not together(pair[0].ordination, pair[1].ordination, asked.day):
            continue
        dosages = " | ".join(sorted(line.taken for line in pair))
        for line, other in (pair, pair[::-1]):
            if line.packed:
                details = {"product": line.product.name, "other": other.name, "dosages": dosages}
                yield fired(code, line, about, asked, **details)
