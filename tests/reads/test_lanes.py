"""Files of a run, in all forms and one or several at a time: the same tables, and errors that name the file and the record."""

import gzip

import pytest
from backports import zstd
from engine_runs import LIBRARIES, OPTIONS, record, run, run_generally, run_lanes, some_reads, some_records

from cisphys.reads import engine
from cisphys.reads.blocks import Blocks


@pytest.mark.parametrize("threads", [1, 2])
def test_every_cut_of_a_gzip(tmp_path, threads):
    packed = gzip.compress(some_records(4))
    for cut in range(1, len(packed)):
        message = run(tmp_path, packed[:cut], libraries=LIBRARIES, block=64, threads=threads)
        assert isinstance(message, str)
        assert str(tmp_path / "reads.fastq") in message


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("block", [50, 1000, 1 << 20])
def test_forms_of_one_file(tmp_path, threads, block):
    data = some_records(300)
    options = {"libraries": LIBRARIES, "threads": threads, "block": block}
    expected = run_generally(tmp_path, data, libraries=LIBRARIES)
    members = gzip.compress(data[:1234]) + gzip.compress(b"") + gzip.compress(data[1234:])
    for form in (data, data[:-1], gzip.compress(data), members, zstd.compress(data), data.replace(b"\n", b"\r\n")):
        assert run(tmp_path, form, **options) == expected


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("place", "old", "new", "words"),
    [
        (150, b"\n+\n", b"\n-\n", "record 151, line 603"),
        (150, b"@", b"#", "record 151, line 601"),
        (299, b"I\n", b"\n", "record 300, line 1200: Length of sequence and qualities differ"),
    ],
)
def test_errors_name_the_record_in_the_file(tmp_path, threads, place, old, new, words):
    records = [record(bases, number) for number, bases in enumerate(some_reads(300))]
    records[place] = records[place].replace(old, new, 1)
    assert words in run(tmp_path, b"".join(records), libraries=LIBRARIES, threads=threads, block=500)


@pytest.mark.parametrize("threads", [2, 3, 7])
@pytest.mark.parametrize("name", ["one library", "one sample without", "none"])
def test_lanes_side_by_side_give_the_same_bytes(tmp_path, threads, name):
    """Lanes of all lengths, with records of both kinds, that end at different times."""
    odd = record("AACCTTGACACGTACGTAC", end="\r\n")
    lanes = [some_records(number, number) + odd for number in (4000, 1, 900, 2500, 30)]
    packed = [gzip.compress(lane) for lane in lanes]
    alone = run_lanes(tmp_path, packed, **OPTIONS[name], block=3000)
    assert b"counted\t" in alone[1]
    for block in (1000, 3000, 5000):
        assert run_lanes(tmp_path, packed, **OPTIONS[name], threads=threads, block=block) == alone
    assert run_lanes(tmp_path, [gzip.compress(b"".join(lanes))], **OPTIONS[name], threads=threads) == alone


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_an_error_in_one_lane_stops_all(tmp_path, monkeypatch, threads):
    added = []
    monkeypatch.setattr(engine.Lane, "_add_proven", lambda self, text, records: added.append(self.path))
    cut, good = gzip.compress(some_records(300))[:-9], gzip.compress(some_records(20_000))
    message = run_lanes(tmp_path, [cut, good, good, good, good], libraries=LIBRARIES, threads=threads, block=1000)
    assert "lane0.fastq.gz" in message
    assert "ends too early" in message
    assert not list(tmp_path.glob("counts*"))
    assert len(set(added)) < 5


def test_help_may_come_at_any_block(tmp_path):
    (tmp_path / "reads.fastq").write_bytes(data := some_records(200))
    for first in range(12):
        asked = iter(range(1000))
        blocks = Blocks(tmp_path / "reads.fastq", 700, lambda asked=asked, first=first: next(asked) >= first)
        assert b"".join(text[start:stop].tobytes() for text, start, stop in blocks) == data


def test_damaged_zstd(tmp_path):
    packed = zstd.compress(some_records(300))
    assert "ends too early" in run(tmp_path, packed[:-9], libraries=LIBRARIES)
    assert "damaged" in run(tmp_path, packed[:40] + b"\xff" * 40 + packed[80:], libraries=LIBRARIES)
