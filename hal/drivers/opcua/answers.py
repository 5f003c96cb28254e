"""Answers of the machine's methods, read strictly."""

from typing import Final

from hal.errors import ProtocolViolationError, Reason, RefusedError
from hal.strict import parsed

_REASON_KEYS: Final = {"code", "detail"}


def check_answer(text: str) -> None:
    """Return when the answer document `text` says yes.

    Raises:
        RefusedError: it says no; with every reason.
        ProtocolViolationError: not an answer document.
    """
    document = parsed("answer", text)
    answer = document if isinstance(document, dict) else {}
    if answer.keys() == {"ok"} and answer["ok"] is True:
        return
    if answer.keys() != {"ok", "reasons"} or answer["ok"] is not False:
        message = f"answer: neither yes nor no: {text[:200]}"
        raise ProtocolViolationError(message)
    reasons: object = answer["reasons"]
    if not isinstance(reasons, list) or not reasons:
        raise ProtocolViolationError("answer: a refusal without reasons")
    raise RefusedError(tuple(_reason(item) for item in reasons))


def _reason(item: object) -> Reason:
    if isinstance(item, dict) and set(item) == _REASON_KEYS:
        code: object = item["code"]
        detail: object = item["detail"]
        if isinstance(code, str) and code and isinstance(detail, str):
            return Reason(code, detail)
    raise ProtocolViolationError("answer: a reason is a code and a detail")
