"""The driver's own journal file: torn, damaged, full, or somebody else's."""

import subprocess
import sys
from pathlib import Path

import pytest

from hal.drivers.unit.folder import NAME, Folder, FolderError
from tests.support.full_disk import full_at

OTHER = "import sys; from pathlib import Path; from hal.drivers.unit.folder import Folder; Folder(Path(sys.argv[1]))"


def test_lines_come_back_as_they_were(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "m")
    assert folder.read() == []
    folder.append(["a", "b\u2028c"])
    folder.append(["æøå"])
    folder.close()
    assert Folder(tmp_path / "m").read() == ["a", "b\u2028c", "æøå"]


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_torn_tail_never_counted(tmp_path: Path, cut: int) -> None:
    folder = Folder(tmp_path)
    folder.append(["first", "last"])
    folder.close()
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes()[:-cut])
    folder = Folder(tmp_path)
    assert folder.read() == ["first"]
    folder.append(["next"])
    folder.close()
    assert Folder(tmp_path).read() == ["first", "next"]


def test_a_changed_line_is_found_and_nothing_is_believed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.append(["first", "second", "third"])
    folder.close()
    path = tmp_path / NAME
    path.write_bytes(path.read_bytes().replace(b"second", b"sekond"))
    with pytest.raises(FolderError, match="line 2 was changed"):
        Folder(tmp_path).read()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    run = subprocess.run([sys.executable, "-c", OTHER, str(tmp_path)], capture_output=True, text=True, check=False)  # noqa: S603 - this very interpreter
    assert run.returncode != 0
    assert "in use by another process" in run.stderr
    folder.close()
    subprocess.run([sys.executable, "-c", OTHER, str(tmp_path)], check=True)  # noqa: S603 - this very interpreter


def test_a_full_disk_keeps_all_of_a_call_or_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.append(["first"])
    with full_at((tmp_path / NAME).stat().st_size + 30), pytest.raises(FolderError, match="cannot be written"):
        folder.append(["second", "x" * 100])
    folder.append(["third"])
    folder.close()
    assert Folder(tmp_path).read() == ["first", "third"]


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="cannot be used"):
        Folder(tmp_path / "file" / "m")
