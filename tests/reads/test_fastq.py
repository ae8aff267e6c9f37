"""Reading reads: what is accepted, and that nothing is ever lost without an error."""

import bz2
import gzip
import re

import pysam
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads.fastq import read_records

RECORDS = [("r1 x", "ACGT", "IIII"), ("r2", "acgtn", "!#%&~"), ("r3", "A", "@"), ("r4", "GG", "++")]
PLAIN = "".join(f"@{name}\n{bases}\n+\n{qualities}\n" for name, bases, qualities in RECORDS).encode()
CRAM_DEFINITION = 26  # bytes: magic, version and an identifier
ENDS = [match.end() for match in re.finditer(rb"(?:[^\n]*\n){4}", PLAIN)]


def read(path, data=None):
    """Write `data` to `path` and read it back as tuples."""
    if data is not None:
        path.write_bytes(data)
    return [(record.name, record.sequence, record.qualities) for record in read_records([path])]


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN[:-1],
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\r\n")[:-2],
        gzip.compress(PLAIN),
        gzip.compress(PLAIN[:30]) + gzip.compress(PLAIN[30:]),
        gzip.compress(PLAIN) + gzip.compress(b""),
        gzip.compress(PLAIN) + b"\0" * 512,
    ],
    ids=["plain", "no newline", "CRLF", "CRLF no newline", "gzip", "two members", "empty member", "padded"],
)
def test_forms_of_one_file(tmp_path, data):
    assert read(tmp_path / "reads.fastq", data) == RECORDS


def test_lanes_come_in_order(tmp_path):
    (tmp_path / "2.fastq").write_bytes(PLAIN[: ENDS[0]])
    (tmp_path / "1.fastq.gz").write_bytes(gzip.compress(PLAIN[ENDS[0] :]))
    names = [record.name for record in read_records([tmp_path / "2.fastq", tmp_path / "1.fastq.gz"])]
    assert names == ["r1 x", "r2", "r3", "r4"]


def test_bgzf(tmp_path):
    with pysam.BGZFile(str(tmp_path / "reads.fastq.gz"), "wb") as out:
        out.write(PLAIN)
    assert read(tmp_path / "reads.fastq.gz") == RECORDS


def test_bgzf_cut_between_two_blocks_is_told(tmp_path, caplog):
    """The records that are left are whole, and only the end mark (the last 28 bytes) is missed."""
    with pysam.BGZFile(str(tmp_path / "reads.fastq.gz"), "wb") as out:
        out.write(PLAIN)
    assert read(tmp_path / "reads.fastq.gz") == RECORDS
    assert caplog.text == ""
    assert read(tmp_path / "cut.fastq.gz", (tmp_path / "reads.fastq.gz").read_bytes()[:-28]) == RECORDS
    assert f"{tmp_path}/cut.fastq.gz: this is BGZF without its end mark" in caplog.text


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.fastq", b"", "the file is empty"),
        ("x.fastq.gz", b"", "the file is empty"),
        ("x.fastq.gz", gzip.compress(b""), "holds no reads"),
        ("x.fastq.gz", PLAIN, "the name ends in .gz, but this is not a gzip file"),
        ("x.fastq.gz", gzip.compress(PLAIN)[:-1], "ends too early"),
        ("x.fastq.gz", gzip.compress(PLAIN) + b"something that is no gzip", "damaged"),
        ("x.fastq.bz2", bz2.compress(PLAIN), "this is a bzip2 file"),
        ("x.fastq", PLAIN[:-2], "record 4, line 16: Length of sequence and qualities differ"),
        ("x.fastq", PLAIN.replace(b"@r3", b"r3"), "record 3, line 9"),
        ("x.fastq", PLAIN.replace(b"acgtn\n+", b"acgtn\nACGT"), "record 2, line 7"),
        ("x.fastq", PLAIN.replace(b"acgtn\n+", b"acgtn\n+r3"), "record 2, line 7"),
        ("x.fastq", PLAIN[: ENDS[1] + 2], "record 3, line 9: the file ends inside a record"),
        ("x.fastq", PLAIN.replace(b"r2", b"r\xc3\xa4"), "Non-ASCII"),
        ("x.fastq", b">r1\nACGT\n", "the file ends inside a record"),
        ("x.bam", b"no BAM", "the name ends in .bam, but this is no BAM file"),
        ("x.cram", b"no CRAM", "the name ends in .cram, but this is no CRAM file"),
    ],
)
def test_bad_files(tmp_path, name, data, words):
    with pytest.raises(InputError) as caught:
        read(tmp_path / name, data)
    assert str(tmp_path / name) in str(caught.value)
    assert words in str(caught.value)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match=r"none\.fastq: there is no such file"):
        read(tmp_path / "none.fastq")
    with pytest.raises(InputError, match="not a file"):
        read(tmp_path)


def test_every_cut_of_a_fastq(tmp_path):
    """A cut within a record is an error; one at its end (with or without its newline) gives the records before it."""
    for cut in range(1, len(PLAIN) + 1):
        whole = [number for number, end in enumerate(ENDS, start=1) if cut in (end, end - 1)]
        if whole:
            assert read(tmp_path / "x.fastq", PLAIN[:cut]) == RECORDS[: whole[0]]
        else:
            with pytest.raises(InputError):
                read(tmp_path / "x.fastq", PLAIN[:cut])


def test_every_cut_of_a_gzip(tmp_path):
    """A cut gzip is an error; but a cut between two members, which ends a record, leaves a whole file."""
    first, second = gzip.compress(PLAIN[: ENDS[1]]), gzip.compress(PLAIN[ENDS[1] :])
    for cut in range(1, len(first + second)):
        data = (first + second)[:cut]
        if cut == len(first):
            assert read(tmp_path / "x.fastq.gz", data) == RECORDS[:2]
        else:
            with pytest.raises(InputError):
                read(tmp_path / "x.fastq.gz", data)


def read_or_error(path, data):
    """Give the records, or None where there was an error that names the file."""
    try:
        return read(path, data)
    except InputError as error:
        named = str(path) in str(error)
    assert named
    return None


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_flipped_bit_in_a_gzip_is_an_error_or_harmless(tmp_path_factory, place, bit):
    data = bytearray(gzip.compress(PLAIN, mtime=0))
    data[place % len(data)] ^= 1 << bit
    assert read_or_error(tmp_path_factory.getbasetemp() / "flipped.fastq", bytes(data)) in (RECORDS, None)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(PLAIN)))
def test_any_bytes_spliced_in_give_records_or_an_error(tmp_path_factory, splice, place):
    data = PLAIN[:place] + splice + PLAIN[place:]
    records = read_or_error(tmp_path_factory.getbasetemp() / "spliced.fastq", data)
    if records is not None:
        assert all(len(bases) == len(qualities) for _, bases, qualities in records)
        assert 4 * len(records) in (data.count(b"\n"), data.count(b"\n") + 1)


def write_alignments(path, flag=4, mode="wb"):
    """Write RECORDS as unaligned BAM or CRAM, with a flag."""
    with pysam.AlignmentFile(str(path), mode, header={"HD": {"VN": "1.6"}}) as out:
        for name, bases, qualities in RECORDS:
            record = pysam.AlignedSegment()
            record.query_name, record.query_sequence, record.flag = name.split()[0], bases.upper(), flag
            record.query_qualities = pysam.qualitystring_to_array(qualities)
            out.write(record)
    return path


@pytest.mark.parametrize(("name", "mode"), [("x.bam", "wb"), ("x.cram", "wc")])
def test_unaligned_bam_and_cram(tmp_path, name, mode):
    expected = [(name.split()[0], bases.upper(), qualities) for name, bases, qualities in RECORDS]
    assert read(write_alignments(tmp_path / name, mode=mode)) == expected


def test_bam_that_does_not_do(tmp_path):
    paired = write_alignments(tmp_path / "paired.bam", flag=4 + 1 + 64)
    with pytest.raises(InputError, match=r"paired\.bam, record 1: only single"):
        read(paired)
    whole = write_alignments(tmp_path / "whole.bam").read_bytes()
    for cut in range(16, len(whole), 7):
        with pytest.raises(InputError, match="the file is cut: its end mark is missing"):
            read(tmp_path / "cut.bam", whole[:cut])


@pytest.mark.parametrize(
    ("found", "put_in", "words"),
    [
        (b"r2\0", b"r\xff\0", "after record 1: the file is cut or damaged"),  # a name that is no text
        (bytes([0, 2, 4, 5, 93]), bytes([0, 2, 4, 5, 200]), "after record 1: the file is cut or damaged"),  # no quality
        (b"BAM\1", b"BAN\1", "the file is cut or damaged"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # pysam, closing BAM that it could not open
def test_bam_that_is_damaged_inside(tmp_path, found, put_in, words):
    """The damage was done before the file was packed, so that its checksums hold."""
    text = gzip.decompress(write_alignments(tmp_path / "whole.bam").read_bytes())
    assert text.count(found) == 1
    with pysam.BGZFile(str(tmp_path / "damaged.bam"), "wb") as out:
        out.write(text.replace(found, put_in))
    with pytest.raises(InputError, match=words):
        read(tmp_path / "damaged.bam")


def test_a_flipped_bit_anywhere_in_a_cram_is_an_error(tmp_path):
    """Also in blocks that are not packed, whose checksums htslib does not look at: there read lengths stand."""
    whole = write_alignments(tmp_path / "whole.cram", mode="wc").read_bytes()
    for place in range(CRAM_DEFINITION, len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        with pytest.raises(InputError, match=r"damaged\.cram, after record 0: the file is cut or damaged"):
            read(tmp_path / "damaged.cram", bytes(damaged))


def test_every_cut_of_a_cram_is_an_error(tmp_path):
    whole = write_alignments(tmp_path / "whole.cram", mode="wc").read_bytes()
    for cut in range(1, len(whole), 5):
        with pytest.raises(InputError, match=r"cut\.cram"):
            read(tmp_path / "cut.cram", whole[:cut])


def test_an_index_of_bam_that_is_a_number(tmp_path):
    with pysam.AlignmentFile(str(tmp_path / "x.bam"), "wb", header={"HD": {"VN": "1.6"}}) as out:
        record = pysam.AlignedSegment()
        record.query_name, record.query_sequence, record.flag = "r", "ACGT", 4
        record.set_tag("BC", 12)
        out.write(record)
    assert read(tmp_path / "x.bam") == [("r 1:N:0:12", "ACGT", "IIII")]
