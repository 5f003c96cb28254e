"""The driver's own journal file: torn, damaged, full, or somebody else's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hal.drivers.unit.folder import NAME, NEW, Folder, FolderError
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


def test_a_file_that_was_replaced_is_not_taken_by_who_waited_for_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    folder.read()
    opened = os.open

    def late(path: Path, flags: int, mode: int = 0o777) -> int:
        file = opened(path, flags, mode)
        if Path(path).name == NAME:
            monkeypatch.undo()
            folder.replace(["new"])
        return file

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(FolderError, match="in use"):
        Folder(tmp_path)
    folder.append(["more"])
    folder.close()
    assert Folder(tmp_path).read() == ["new", "more"]


def test_what_was_never_finished_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / NEW).write_bytes(b"half")
    folder = Folder(tmp_path)
    assert not (tmp_path / NEW).exists()
    folder.read()
    folder.append(["first"])
    with full_at(20), pytest.raises(FolderError, match="anew"):
        folder.replace(["x" * 100])
    folder.append(["second"])
    folder.close()
    assert Folder(tmp_path).read() == ["first", "second"]


def test_a_name_that_could_not_be_synced_is_before_anything_else_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    folder.read()
    folder.append(["first"])
    sync, is_broken = os.fsync, True

    def broken(file: int) -> None:
        if is_broken and os.path.isdir(f"/proc/self/fd/{file}"):  # noqa: PTH112 - a descriptor's own path
            raise OSError(5, "input/output error")
        sync(file)

    monkeypatch.setattr(os, "fsync", broken)
    folder.replace(["short"])
    with pytest.raises(FolderError, match="cannot be written"):
        folder.append(["lost with the name"])
    is_broken = False
    folder.append(["second"])
    folder.close()
    assert Folder(tmp_path).read() == ["short", "second"]
