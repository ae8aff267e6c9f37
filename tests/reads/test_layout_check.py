"""The check before a long run: what fits passes, and what does not is told what would."""

import random
import re

import pytest

from cisphys.errors import InputError
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.elements import turned
from cisphys.reads.layout import parse_layout
from cisphys.reads.layout_check import LayoutCheck, check_layout

SAMPLES = [("a", "AACCGT"), ("b", "GGTTAC")]
TEXT = "sample[6]~1 GATTACACAT~1 barcode[12]"


def molecules(number=200, junk=0.1):
    rng = random.Random(1)
    for _ in range(number):
        letters = "".join(rng.choices("ACGT", k=28))
        yield letters if rng.random() < junk else rng.choice(SAMPLES)[1] + "GATTACACAT" + letters[:12]


def write(path, reads):
    path.write_text("".join(f"@r{number}\n{read}\n+\n{'I' * len(read)}\n" for number, read in enumerate(reads)))
    return [path]


def check(folder, reads, layout=TEXT, **options):
    files = {name: write(folder / f"{name}.fastq", own) for name, own in reads.items()}
    return check_layout("r", files, parse_layout(layout, "x"), SAMPLES, Demultiplexing(), **options)


def test_reads_that_fit(tmp_path):
    found = check(tmp_path, {"read1": molecules()})
    assert found.reads == 200
    assert 0.85 < found.share < 0.95
    assert found.would_fit == ""


def test_only_the_first_reads_are_looked_at(tmp_path):
    assert check(tmp_path, {"read1": [*molecules(50, junk=0), *["A" * 28] * 100]}, number=50) == LayoutCheck(50, 1.0)


TURNED_INDEX = {"read1": "GATTACACAT~1 barcode[12]", "index1": "sample[6]~1"}


@pytest.mark.parametrize(
    ("layout", "changed", "words"),
    [
        (TEXT, lambda read: {"read1": turned(read)}, "fit if read1 is reverse-complemented (write its line under rc(read1):)"),
        ({"rc(read1)": TEXT}, lambda read: {"read1": read}, "fit if read1 is reverse-complemented (write its line under read1:)"),
        (TEXT, lambda read: {"read1": "CTC" + read}, "fit if in the line of read1 [3] is put before its elements"),
        (
            TEXT,
            lambda read: {"read1": turned(read) + "AC"},
            "if read1 is reverse-complemented (write its line under rc(read1):) and [2] is put before its elements",
        ),
        (
            TURNED_INDEX,
            lambda read: {"read1": read[8:], "index1": read[:6]},
            "fit if in the line of read1 the first 2 bases of the constant GATTACACAT are left out",
        ),
        (
            TURNED_INDEX,
            lambda read: {"read1": read[6:], "index1": turned(read[:6])},
            "fit if index1 is reverse-complemented (write its line under rc(index1):)",
        ),
        (
            {"read1": "sample[6]~1", "read2": "GATTACACAT~1 barcode[12]"},
            lambda read: {"read1": read[6:], "read2": read[:6]},
            "fit if read1 and read2 are exchanged",
        ),
    ],
)
def test_what_would_fit(tmp_path, layout, changed, words):
    units = [changed(read) for read in molecules()]
    reads = {name: [unit[name] for unit in units] for name in units[0]}
    with pytest.raises(InputError) as caught:
        check(tmp_path, reads, layout)
    assert "of the first 200 reads of run 'r' fit layout 'x', below 10 %; 9" in str(caught.value)
    assert words in str(caught.value)


def test_an_index_inside_a_read_may_be_of_the_other_strand(tmp_path):
    with pytest.raises(InputError, match=r"fit if the sample index of read1 is reverse-complemented \(write rc\(sample\[n\]\)\)"):
        check(tmp_path, {"read1": [turned(read[:6]) + read[6:] for read in molecules()]})


def test_reads_of_something_else(tmp_path):
    with pytest.raises(InputError, match=r"0 % of the first 20 reads .* below 10 %; nor would they with a read turned round"):
        check(tmp_path, {"read1": ["C" * 28] * 20})


def test_a_better_layout_is_named_in_the_log_where_enough_reads_fit(tmp_path, caplog):
    reads = [read if number % 4 == 0 else turned(read) for number, read in enumerate(molecules())]
    found = check(tmp_path, {"read1": reads})
    assert 0.2 < found.share < 0.3
    assert re.match(r"6\d(\.\d)? % fit if read1 is reverse-complemented \(write its line under rc\(read1\):\)", found.would_fit)
    assert found.would_fit in caplog.text


def test_the_limit_may_be_none(tmp_path):
    assert check(tmp_path, {"read1": ["C" * 28] * 20}, least=0) == LayoutCheck(20, 0.0)
