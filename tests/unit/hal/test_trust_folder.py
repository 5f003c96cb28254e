"""Who is trusted is for the owner of the keys to say: what others may write to is trusted by nobody."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hal.wire.keys import OWN_CERTIFICATE, TRUSTED, KeysError, load, make_keys, trust


@pytest.mark.parametrize("mode", [0o020, 0o002])
@pytest.mark.parametrize("place", ["folder", "file"])
def test_trust_that_others_may_change_is_refused(tmp_path: Path, place: str, mode: int) -> None:
    folder = tmp_path / "keys"
    make_keys(folder, "urn:a", (), datetime.now(UTC))
    trust(folder, folder / OWN_CERTIFICATE)
    assert len(load(folder).trusted) == 1
    one = folder / TRUSTED if place == "folder" else next((folder / TRUSTED).iterdir())
    one.chmod(one.stat().st_mode | mode)
    with pytest.raises(KeysError, match="others"):
        load(folder)
