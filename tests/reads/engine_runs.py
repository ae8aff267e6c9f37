"""Runs of the engine on small files, and the files: what its tests share."""

import numpy as np
import pytest
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads import count, engine
from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout

SAMPLES = [("b", "AACC"), ("a", "GGTT")]
BARCODES = ["ACGTACGTAC", "ACGTACGTAG", "TTTTTCCCCC", "TTTTTCCCAA", "GATTACAGAT"]
TEXT = "sample[4]~1 TTGAC~1 barcode[10]~1"


def run(folder, data, text=TEXT, samples=SAMPLES, name="reads.fastq", **options):
    """Count the bytes of a file; give both tables as text, or the message of the error."""
    (folder / name).write_bytes(data)
    outputs = folder / "counts.tsv", folder / "fates.tsv"
    try:
        count_run("r", [folder / name], parse_layout(text, "x"), samples, *outputs, **options)
    except InputError as error:
        return str(error)
    return tuple(path.read_text() for path in outputs)


def run_generally(folder, *arguments, **options):
    """Count the same without kernels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "make_plan", lambda *_: None)
        return run(folder, *arguments, **options)


def run_in_units(folder, *arguments, **options):
    """Count the same in the way of all layouts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count, "takes_blocks", lambda *_: False)
        return run(folder, *arguments, **options)


def record(bases, number=0, end="\n", plus="+"):
    return f"@r{number}{end}{bases}{end}{plus}{end}{'I' * len(bases)}{end}".encode()


def changed(draw, bases):
    """Put a few letters in that may not belong there."""
    letters = list(bases)
    for place in draw(st.lists(st.integers(0, len(letters) - 1), max_size=3)):
        letters[place] = draw(st.sampled_from("ACGTNacgt.-"))
    return "".join(letters)


@st.composite
def reads(draw):
    """One read: index, constant, barcode and something more; often with errors, or cut."""
    index = draw(st.sampled_from(["AACC", "GGTT", "AACG", "TTTT"]))
    barcode = draw(st.sampled_from([*BARCODES, "CCCCCCCCCC"]))
    bases = index + "TTGAC" + barcode + draw(st.sampled_from(["", "A", "ACGTTT"]))
    bases = changed(draw, bases) if draw(st.booleans()) else bases
    return bases[: draw(st.integers(1, len(bases)))] if draw(st.integers(0, 9)) == 0 else bases


@st.composite
def files(draw):
    """A file of good and odd records: CRLF, a name after '+', no newline at the end."""
    parts = []
    for number, bases in enumerate(draw(st.lists(reads(), min_size=1, max_size=40))):
        odd = draw(st.integers(0, 15))
        parts.append(record(bases, number, "\r\n" if odd == 0 else "\n", f"+r{number}" if odd == 1 else "+"))
    data = b"".join(parts)
    return data.rstrip(b"\r\n") if draw(st.booleans()) else data


OPTIONS = {
    "one library": {"libraries": {"a": BARCODES, "b": BARCODES}},
    "two libraries": {"libraries": {"a": BARCODES[:3], "b": BARCODES[2:]}},
    "one sample without": {"libraries": {"a": BARCODES}},
    "none": {"text": TEXT.removesuffix("~1")},
    "exact": {"text": TEXT.removesuffix("~1"), "libraries": {"a": BARCODES, "b": BARCODES}},
    "two mismatches": {"text": TEXT.removesuffix("1") + "2", "libraries": {"a": BARCODES, "b": BARCODES}},
    "searched": {"text": "* TTGAC~1 barcode[10]", "samples": [("s", "")]},
    "searched exactly": {"text": "sample[4]~1 * GAC variant[8]"},
    "no sample": {"text": "variant[9]", "samples": [("s", "")]},
}


def some_reads(number, seed=1):
    """Make reads of TEXT, one in five with an error."""
    rng = np.random.default_rng(seed)
    for one in range(number):
        letters = list(SAMPLES[rng.integers(2)][1] + "TTGAC" + BARCODES[rng.integers(len(BARCODES))] + "ACG")
        if one % 5 == 0:
            letters[rng.integers(len(letters))] = "ACGTN"[rng.integers(5)]
        yield "".join(letters)


def some_records(number, seed=1):
    return b"".join(record(bases, one) for one, bases in enumerate(some_reads(number, seed)))


LIBRARIES = OPTIONS["one library"]["libraries"]


def run_lanes(folder, lanes, text=TEXT, **options):
    """Count several files as one run; give both tables, or the message of the error."""
    paths = [folder / f"lane{number}.fastq.gz" for number in range(len(lanes))]
    for path, data in zip(paths, lanes, strict=True):
        path.write_bytes(data)
    outputs = folder / "counts.tsv.gz", folder / "fates.tsv"
    try:
        count_run("r", paths, parse_layout(text, "x"), SAMPLES, *outputs, **options)
    except InputError as error:
        return str(error)
    return tuple(path.read_bytes() for path in outputs)
