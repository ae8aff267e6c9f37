"""About how many reads files hold: near the truth, whatever they are packed with, and never an error."""

import gzip

import numpy as np
import pytest
from backports import zstd

from cisphys.reads import estimate
from cisphys.reads.estimate import about_reads, about_units


def records(number, length=80):
    letters = np.random.default_rng(number).choice(list("ACGT"), (number, length))
    return "".join(f"@run:{k}\n{''.join(row)}\n+\n{'I' * length}\n" for k, row in enumerate(letters)).encode()


@pytest.fixture(scope="module")
def many():
    return records(40_000)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
def test_it_is_near_the_number(tmp_path, many, pack):
    path = tmp_path / "reads"
    path.write_bytes(pack(many))
    assert path.stat().st_size > 2 * estimate.SAMPLE
    assert about_reads([path]) == pytest.approx(40_000, rel=0.06)
    assert about_reads([path, path, path]) == pytest.approx(120_000, rel=0.06)


def test_gzip_of_several_members(tmp_path, many):
    path, cut = tmp_path / "reads.gz", 5_000 * len(many) // 40_000
    path.write_bytes(b"".join(gzip.compress(many[start : start + cut]) for start in range(0, len(many), cut)))
    assert about_reads([path]) == pytest.approx(40_000, rel=0.06)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_small_file_is_counted(tmp_path, pack):
    path = tmp_path / "reads"
    path.write_bytes(pack(records(7)))
    assert about_reads([path]) == 7


def test_mates_in_turn_are_half_as_many_units(tmp_path):
    path = tmp_path / "reads"
    path.write_bytes(records(8))
    assert about_units({"read1": [path]}) == 8
    assert about_units({"read1": [str(path)], "read2": "interleaved"}) == 4


@pytest.mark.parametrize("contents", [b"", b"@\n", b"\x1f\x8bno gzip", b"\x28\xb5\x2f\xfdno zstd"])
def test_nothing_is_said_of_what_cannot_be_read(tmp_path, contents):
    path = tmp_path / "reads"
    path.write_bytes(contents)
    assert about_reads([path]) is None


def test_nothing_is_said_of_files_that_are_not_there_or_of_bam(tmp_path):
    assert about_reads([tmp_path / "none.fastq"]) is None
    assert about_reads([]) is None
    bam = tmp_path / "reads.bam"
    bam.write_bytes(b"x" * 100)
    assert about_reads([bam]) is None
