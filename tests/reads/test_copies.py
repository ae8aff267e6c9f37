"""The reads of each sample in files of their own: all of them, unchanged, however many samples there are."""

import gzip
import os
import resource
from itertools import product
from pathlib import Path

import dnaio
import pytest

from cisphys.reads import copies
from cisphys.reads.copies import SampleFiles
from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout


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


def test_a_run_of_two_thousand_samples_with_few_file_handles(tmp_path, monkeypatch, few_files):
    """Counted and copied as the workflow does: each sample has one pair of reads, in two files."""
    monkeypatch.setattr(copies, "KEPT", 50_000)
    indices = ["".join(letters) for letters in product("ACGT", repeat=6)][:4000:2]
    pairs = [(f"@r{number}\n{index}\n+\nIIIIII\n", f"@r{number}\nACGT\n+\nIIII\n") for number, index in enumerate(indices)]
    for name, texts in zip(("1.fastq", "2.fastq"), zip(*pairs, strict=True), strict=True):
        (tmp_path / name).write_text("".join(texts))
    samples = [(f"s{number}", index) for number, index in enumerate(indices)]
    layout = parse_layout({"read1": "sample[6]", "read2": "variant[4]"}, "x")
    files = {"read1": [tmp_path / "1.fastq"], "read2": [tmp_path / "2.fastq"]}
    count_run("r", files, layout, samples, tmp_path / "c.tsv", tmp_path / "f.tsv", fastq_folder=tmp_path / "out")
    copied = {path.name: names_in(path) for path in (tmp_path / "out").iterdir()}
    assert copied == {f"s{number}.read{read}.fastq.gz": [f"@r{number}"] for number in range(2000) for read in (1, 2)}


def test_what_a_killed_process_has_left_is_not_added_to(tmp_path):
    """In a container, the next process may have the same number."""
    left = [tmp_path / f".partial-{number}-a.fastq.gz" for number in (os.getpid(), 1)]
    for path in left:
        path.write_bytes(gzip.compress(b"@old\nA\n+\nI\n"))
    with SampleFiles(tmp_path, ["a"], ["read1"]) as files:
        files.add("a", [record("new")])
    assert names_in(tmp_path / "a.fastq.gz") == ["@new"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.fastq.gz"]


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
