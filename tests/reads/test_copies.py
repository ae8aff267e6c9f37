"""The reads of each sample in files of their own: all of them, unchanged, however many samples there are."""

import gzip
import resource
from pathlib import Path

import dnaio
import pytest

from cisphys.reads import copies
from cisphys.reads.copies import SampleFiles


def record(name):
    return dnaio.SequenceRecord(name, "ACGT", "IIII")


def names_in(path):
    return gzip.decompress(path.read_bytes()).decode().splitlines()[0::4]


@pytest.fixture
def few_files():
    """Let this process open twenty more files, and no more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(list(Path("/proc/self/fd").iterdir())) + 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_three_thousand_samples_with_few_file_handles(tmp_path, monkeypatch, few_files):
    monkeypatch.setattr(copies, "KEPT", 20_000)
    names = [f"s{number}" for number in range(3000)]
    with SampleFiles(tmp_path, names, ["read1"]) as files:
        for round_ in range(3):
            for name in names[:2000]:
                files.add(name, [record(f"{name}.{round_}")])
    assert len(list(tmp_path.iterdir())) == 3000
    assert names_in(tmp_path / "s7.fastq.gz") == ["@s7.0", "@s7.1", "@s7.2"]
    assert names_in(tmp_path / "s2999.fastq.gz") == []


def test_several_reads_go_to_several_files(tmp_path):
    with SampleFiles(tmp_path, ["a"], ["read1", "index1"]) as files:
        files.add("a", [record("x 1"), record("x 2")])
    assert names_in(tmp_path / "a.read1.fastq.gz") == ["@x 1"]
    assert names_in(tmp_path / "a.index1.fastq.gz") == ["@x 2"]


def copy_to(folder, samples):
    with SampleFiles(folder, ["a", "b"], ["read1"]) as files:
        for sample in samples:
            files.add(sample, [record("x")])


@pytest.mark.parametrize("kept", [1, 1 << 20])
def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch, kept):
    monkeypatch.setattr(copies, "KEPT", kept)
    with pytest.raises(KeyError):
        copy_to(tmp_path, ["a", "b", "a", "c"])
    assert list(tmp_path.iterdir()) == []


def test_the_same_reads_give_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "KEPT", 100)
    written = []
    for folder in ("one", "two"):
        with SampleFiles(tmp_path / folder, ["a", "b"], ["read1"]) as files:
            for number in range(50):
                files.add("ab"[number % 3 == 0], [record(str(number))])
        written.append((tmp_path / folder / "a.fastq.gz").read_bytes())
    assert written[0] == written[1]
