"""Where a PP-LIS machine is: its URI, read strictly."""

from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qs, urlsplit

from hal.wire import pplis

SCHEMES: Final = ("pplis", "pplis+socket", "pplis+rfc2217")
_PATIENCE_SECONDS: Final = 5.0
_OPTIONS: Final = frozenset({"baud", "timers", "patience"})


@dataclass(frozen=True, slots=True)
class Address:
    """A machine's line.

    `url` is a path, `socket://host:port` or `rfc2217://host:port`; `timers` scales the timers of LIS01-A2 (1.0 is
    the standard; less is for simulators); `patience` is how many seconds the machine may stay silent while we wait.
    """

    url: str
    baud: int = pplis.DEFAULT_BAUD
    timers: float = 1.0
    patience: float = _PATIENCE_SECONDS

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Return the address that `uri` names, as `pplis:///dev/ttyUSB0?baud=38400` or `pplis+socket://host:port`.

        Raises:
            ValueError: another scheme, no path or host and port, or an option that is unknown or out of range.
        """
        parts = urlsplit(uri)
        if "@" in parts.netloc:
            # Not repeated: whoever writes a password there would find it in every log.
            raise ValueError("a machine's URI carries no credentials")
        if parts.scheme not in SCHEMES:
            message = f"{uri}: the scheme is none of {', '.join(SCHEMES)}"
            raise ValueError(message)
        options = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        unknown = sorted(set(options) - _OPTIONS)
        if unknown or any(len(values) != 1 for values in options.values()):
            message = f"{uri}: unknown or repeated options {unknown or sorted(options)}"
            raise ValueError(message)
        baud = int(options.get("baud", [str(pplis.DEFAULT_BAUD)])[0])
        if baud not in pplis.BAUD_RATES:
            message = f"{uri}: {baud} baud is none of {pplis.BAUD_RATES}"
            raise ValueError(message)
        timers = float(options.get("timers", ["1"])[0])
        patience = float(options.get("patience", [str(_PATIENCE_SECONDS)])[0])
        if not 0 < timers <= 1 or not 0 < patience < float("inf"):
            message = f"{uri}: timers must lie in 0..1, patience above 0"
            raise ValueError(message)
        return cls(_url(uri, parts.scheme, parts.netloc, parts.path), baud, timers, patience)


def _url(uri: str, scheme: str, place: str, path: str) -> str:
    _, _, transport = scheme.partition("+")
    if transport:
        host, _, port = place.rpartition(":")
        if not host or not port.isdecimal() or path not in ("", "/"):
            message = f"{uri}: needs host:port and no path"
            raise ValueError(message)
        return f"{transport}://{place}"
    if place or not path.startswith("/") or path == "/":
        message = f"{uri}: needs an absolute path"
        raise ValueError(message)
    return path
