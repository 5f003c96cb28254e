"""Which product made a run: version of the package, and the commit when it runs from a checkout."""

import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

UNKNOWN: Final = "unknown"
_DISTRIBUTION: Final = "dosisfleet"
_PATIENCE_SECONDS: Final = 5


def product_version() -> str:
    """Return the version of the installed package."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        return UNKNOWN


def product_commit() -> str:
    """Return the commit of the checkout that this runs from, with "+changes" when files differ from it."""
    root = Path(__file__).resolve().parent.parent
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return UNKNOWN
    commit = _git(git, root, "rev-parse", "HEAD")
    if not commit:
        return UNKNOWN
    return f"{commit}+changes" if _git(git, root, "status", "--porcelain", "--", "simulator", "hal/wire") else commit


def _git(git: str, root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - git itself, with words of our own
            [git, "-C", str(root), *arguments], capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
