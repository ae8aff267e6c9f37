"""Files are written whole or not at all, and what killed processes have left goes."""

import gzip
import os

import pytest

from cisphys.files import open_to_write, write_text, written_beside


@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
def test_same_bytes_for_the_same_text(tmp_path, name):
    path = tmp_path / "new" / name
    for _ in range(2):
        write_text(path, "x\n")
        found = path.read_bytes()
        assert (gzip.decompress(found) if name.endswith(".gz") else found) == b"x\n"
    assert list(path.parent.iterdir()) == [path]


def break_off(path):
    with open_to_write(path) as out:
        out.write(b"new")
        raise KeyError


def test_a_failure_leaves_what_was_there(tmp_path):
    write_text(tmp_path / "a", "old")
    with pytest.raises(KeyError):
        break_off(tmp_path / "a")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "old")]


def test_what_killed_processes_have_left_goes_with_the_next_write(tmp_path):
    left = [tmp_path / f".partial-{number}-a.tsv" for number in (1, os.getpid())]
    others = [tmp_path / name for name in (".partial-1-b-a.tsv", ".partial-x-a.tsv", "partial-1-a.tsv")]
    for path in left + others:
        path.write_text("half")
    with written_beside(tmp_path / "a.tsv") as beside:
        assert not any(path.exists() for path in left)
        beside.write_text("whole")
    assert sorted(tmp_path.iterdir()) == sorted([*others, tmp_path / "a.tsv"])
