"""Reads of one cluster from several files: all forms of input, and files that are out of step."""

import gzip

import pysam
import pytest
from backports import zstd

from cisphys.errors import InputError
from cisphys.reads.units import are_mates, read_units, reads_of

BASES = ["ACGT", "CCGT", "GGGT", "TTGT", "ACCC"]


def fastq(names, bases=BASES):
    return "".join(f"@{name}\n{letters}\n+\n{'I' * len(letters)}\n" for name, letters in zip(names, bases, strict=False)).encode()


FIRST = fastq([f"r{number} 1:N:0:AC" for number in range(5)])
SECOND = fastq([f"r{number} 2:N:0:AC" for number in range(5)], [letters[::-1] for letters in BASES])
PAIRS = [(letters, letters[::-1]) for letters in BASES]


def sequences(files):
    return [tuple(record.sequence for record in unit) for unit in read_units(files)]


def test_pairs_in_any_packing(tmp_path):
    bgzf = tmp_path / "bgzf.fastq.gz"
    with pysam.BGZFile(str(bgzf), "wb") as out:
        out.write(FIRST)
    packings = {
        "plain": FIRST,
        "gzip": gzip.compress(FIRST),
        "members": gzip.compress(FIRST[:50]) + gzip.compress(FIRST[50:]),
        "bgzf": bgzf.read_bytes(),
        "zstd": zstd.compress(FIRST),
        "frames": zstd.compress(FIRST[:50]) + zstd.compress(FIRST[50:]),
    }
    (tmp_path / "second.fastq").write_bytes(SECOND)
    for name, data in packings.items():
        (tmp_path / name).write_bytes(data)
        assert sequences({"read1": [tmp_path / name], "read2": [tmp_path / "second.fastq"]}) == PAIRS


def test_every_cut_of_a_zstd_is_an_error(tmp_path):
    data = zstd.compress(FIRST)
    path = tmp_path / "cut.fastq.zst"
    for cut in range(1, len(data)):
        path.write_bytes(data[:cut])
        with pytest.raises(InputError):
            sequences({"read1": [path]})
    path.write_bytes(data + b"more")
    with pytest.raises(InputError, match=r"cut\.fastq\.zst, after record \d: the compressed data are damaged"):
        sequences({"read1": [path]})


def test_index_reads_and_lanes_come_in_order(tmp_path):
    for lane in "ab":
        for read in ("r1", "i1", "i2"):
            (tmp_path / f"{lane}.{read}").write_bytes(fastq(["x", "y"], [f"{'AC'[lane == 'b']}A", "CC"]))
    files = {read: [tmp_path / f"{lane}.{short}" for lane in "ab"] for read, short in
             (("index2", "i2"), ("read1", "r1"), ("index1", "i1"))}  # fmt: skip
    assert reads_of(files) == ("read1", "index1", "index2")
    assert sequences(files) == [("AA",) * 3, ("CC",) * 3, ("CA",) * 3, ("CC",) * 3]


def interleaved(first=FIRST, second=SECOND):
    pairs = (
        zip(*[iter(first.splitlines(keepends=True))] * 4, strict=True),
        zip(*[iter(second.splitlines(keepends=True))] * 4, strict=True),
    )
    return b"".join(b"".join(one + two) for one, two in zip(*pairs, strict=True))


def test_interleaved_fastq(tmp_path):
    (tmp_path / "both.fastq").write_bytes(interleaved())
    (tmp_path / "index.fastq").write_bytes(FIRST)
    assert sequences({"read1": [tmp_path / "both.fastq"], "read2": "interleaved"}) == PAIRS
    files = {"read1": [tmp_path / "both.fastq"], "read2": "interleaved", "index1": [tmp_path / "index.fastq"]}
    assert reads_of(files) == ("read1", "read2", "index1")
    assert sequences(files) == [(*pair, pair[0]) for pair in PAIRS]


def test_interleaved_fastq_that_is_none(tmp_path):
    path = tmp_path / "both.fastq"
    path.write_bytes(interleaved()[: -len(b"@r4 2:N:0:AC\nCCCA\n+\nIIII\n")])
    with pytest.raises(InputError, match=r"both\.fastq: the last of its 9 records, 'r4 1:N:0:AC', has no mate"):
        sequences({"read1": [path], "read2": "interleaved"})
    path.write_bytes(FIRST)
    with pytest.raises(InputError, match=r"both\.fastq, records 1 and 2: the mates have different names, 'r0 .*' and 'r1 .*'"):
        sequences({"read1": [path], "read2": "interleaved"})


def write_pairs(path, flags=(77, 141), names=("p1", "p1"), mode="wb"):
    with pysam.AlignmentFile(str(path), mode, header={"HD": {"VN": "1.6"}}) as out:
        for name, flag, bases in zip(names, flags, ("AACC", "GTGT"), strict=True):
            record = pysam.AlignedSegment()
            record.query_name, record.query_sequence, record.flag = name, bases, flag
            record.query_qualities = pysam.qualitystring_to_array("IIII")
            record.set_tag("BC", "ACGT-TTTT")
            out.write(record)
    return {"read1": [path], "read2": "interleaved"}


@pytest.mark.parametrize(("name", "mode"), [("x.bam", "wb"), ("x.cram", "wc")])
@pytest.mark.parametrize("flags", [(77, 141), (141, 77)])
def test_paired_bam_and_cram(tmp_path, name, mode, flags):
    [(first, second)] = read_units(write_pairs(tmp_path / name, flags, mode=mode))
    assert (first.sequence, second.sequence) == (("AACC", "GTGT") if flags[0] == 77 else ("GTGT", "AACC"))
    assert (first.name, second.name) == ("p1 1:N:0:ACGT+TTTT", "p1 2:N:0:ACGT+TTTT")


@pytest.mark.parametrize(
    ("flags", "names"), [((77, 141), ("p1", "p2")), ((77, 77), ("p1", "p1")), ((77,), ("p1",))], ids=["names", "mates", "odd"]
)
def test_bam_whose_mates_do_not_follow_each_other(tmp_path, flags, names):
    path = tmp_path / "x.bam"
    with pysam.AlignmentFile(str(path), "wb", header={"HD": {"VN": "1.6"}}) as out:
        for name, flag in zip(names, flags, strict=True):
            record = pysam.AlignedSegment()
            record.query_name, record.query_sequence, record.flag = name, "ACGT", flag
            out.write(record)
    with pytest.raises(InputError, match=r"x\.bam, records 1 and 2: 'p1' and '(p1|p2|nothing)' are not the two mates"):
        sequences({"read1": [path], "read2": "interleaved"})


def test_files_out_of_step_are_both_named(tmp_path):
    (tmp_path / "one.fastq").write_bytes(FIRST)
    (tmp_path / "two.fastq").write_bytes(SECOND.replace(b"@r2", b"@r7"))
    with pytest.raises(InputError) as caught:
        sequences({"read1": [tmp_path / "one.fastq"], "read2": [tmp_path / "two.fastq"]})
    message = str(caught.value)
    assert message.startswith(
        f"{tmp_path / 'one.fastq'} and {tmp_path / 'two.fastq'}: record 3 of the two files has different names"
    )
    assert "'r2 1:N:0:AC' and 'r7 2:N:0:AC'" in message


@pytest.mark.parametrize("shorter", ["one", "two"])
def test_different_numbers_of_records(tmp_path, shorter):
    texts = {"one": FIRST, "two": SECOND}
    longer = "two" if shorter == "one" else "one"
    record = texts[shorter].index(b"@r3")
    (tmp_path / "one").write_bytes(FIRST[: record if shorter == "one" else None])
    (tmp_path / "two").write_bytes(SECOND[: record if shorter == "two" else None])
    with pytest.raises(InputError) as caught:
        sequences({"read1": [tmp_path / "one"], "read2": [tmp_path / "two"]})
    assert f"{tmp_path / shorter} ends after 3 records, but {tmp_path / longer} goes on with record 4, 'r3 " in str(caught.value)


def test_different_numbers_of_lanes(tmp_path):
    with pytest.raises(InputError, match="read1 has 2 files, index1 has 1"):
        sequences({"read1": [tmp_path / "a", tmp_path / "b"], "index1": [tmp_path / "c"]})


@pytest.mark.parametrize(
    ("first", "second", "mates"),
    [
        ("x/1", "x/2", True),
        ("x/1", "x/3", True),
        ("S.7.1", "S.7.2", True),
        ("x/2", "x/1", False),
        ("x/1", "y/2", False),
        ("x1", "x2", False),
        ("S.2", "S.3", False),
    ],
)
def test_names_of_mates(first, second, mates):
    assert are_mates(first, second) is mates
