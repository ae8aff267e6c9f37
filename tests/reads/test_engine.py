"""Counting in blocks: cell for cell what the general way and a slow count of its own give, wherever blocks are cut."""

import ast
import gzip
import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from cisphys.errors import InputError
from cisphys.reads import compiled, count, engine, open_tables, rows, scan
from cisphys.reads.count import count_run
from cisphys.reads.counts import Counts
from cisphys.reads.layout import parse_layout
from cisphys.reads.plan import index_words, make_library, pack
from cisphys.reads.tally import Tally

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


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@settings(max_examples=60, deadline=None)
@given(data=files(), block=st.integers(1, 300))
def test_equals_the_general_way(tmp_path_factory, options, data, block):
    folder = tmp_path_factory.getbasetemp()
    answer = run(folder, data, **options, block=block)
    assert isinstance(answer, tuple)
    assert answer == run_generally(folder, data, **options) == run_in_units(folder, data, **options)


def slow_fate(bases, libraries):
    """Say (sample, fate, barcode) of one read of TEXT, by comparing with everything."""

    def within_one(letters, known):
        apart = {word: sum(a != b for a, b in zip(letters, word, strict=True)) for word in known}
        least = min(apart.values())
        return sorted(word for word in known if apart[word] == least) if least <= 1 else []

    bases = bases.upper()
    if len(bases) < 4:
        return "-", "bad_length", None
    found = within_one(bases[:4], [index for _, index in SAMPLES])
    if not found:
        return "-", "no_sample", None
    sample = {index: name for name, index in SAMPLES}[found[0]]
    if len(bases) < 9:
        return sample, "bad_length", None
    if not within_one(bases[4:9], ["TTGAC"]):
        return sample, "constant_missing", None
    if len(bases) < 19:
        return sample, "bad_length", None
    barcode = bases[9:19]
    if set(barcode) - set("ACGT"):
        return sample, "has_n", None
    if sample not in libraries:
        return sample, "counted", barcode
    nearest = within_one(barcode, libraries[sample])
    if len(nearest) == 1:
        return sample, "counted", nearest[0]
    return sample, "ambiguous_barcode" if nearest else "not_in_library", None


@pytest.mark.parametrize("libraries", [OPTIONS[name]["libraries"] for name in list(OPTIONS)[:3]], ids=list(OPTIONS)[:3])
@settings(max_examples=100, deadline=None)
@given(sequences=st.lists(reads(), min_size=1, max_size=60), block=st.integers(30, 2000))
def test_equals_a_slow_independent_count(tmp_path_factory, libraries, sequences, block):
    data = b"".join(record(bases, number) for number, bases in enumerate(sequences))
    counts, fates = run(tmp_path_factory.getbasetemp(), data, libraries=libraries, block=block)
    answers = [slow_fate(bases, libraries) for bases in sequences]
    counted = Counter((sample, barcode) for sample, fate, barcode in answers if fate == "counted")
    assert counts == "sample\tsequence\treads\n" + "".join(f"{s}\t{b}\t{n}\n" for (s, b), n in sorted(counted.items()))
    rows_of_fates = [line.split("\t")[1:] for line in fates.splitlines()[1:]]
    assert {(s, f): int(n) for s, f, n in rows_of_fates if n != "0"} == Counter((s, f) for s, f, _ in answers)


def some_reads(number, seed=1):
    """Make reads of TEXT, one in five with an error."""
    rng = np.random.default_rng(seed)
    for one in range(number):
        letters = list(SAMPLES[rng.integers(2)][1] + "TTGAC" + BARCODES[rng.integers(len(BARCODES))] + "ACG")
        if one % 5 == 0:
            letters[rng.integers(len(letters))] = "ACGTN"[rng.integers(5)]
        yield "".join(letters)


def some_records(number):
    return b"".join(record(bases, one) for one, bases in enumerate(some_reads(number)))


LIBRARIES = OPTIONS["one library"]["libraries"]


@pytest.mark.parametrize("block", [1, 7, 64, 100_000])
def test_every_cut_of_a_file(tmp_path, block):
    """Cut anywhere, a file gives the same tables or the same error as in the general way."""
    whole = some_records(4)
    for cut in range(1, len(whole) + 1):
        answer = run(tmp_path, whole[:cut], libraries=LIBRARIES, block=block)
        assert answer == run_generally(tmp_path, whole[:cut], libraries=LIBRARIES)
        assert answer == run_in_units(tmp_path, whole[:cut], libraries=LIBRARIES)


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


def test_damaged_zstd(tmp_path):
    packed = zstd.compress(some_records(300))
    assert "ends too early" in run(tmp_path, packed[:-9], libraries=LIBRARIES)
    assert "damaged" in run(tmp_path, packed[:40] + b"\xff" * 40 + packed[80:], libraries=LIBRARIES)


def test_a_record_longer_than_many_blocks(tmp_path):
    data = some_records(3) + record("AACCTTGACACGTACGTAC" + "A" * 60_000, 4) + some_records(3)
    assert run(tmp_path, data, libraries=LIBRARIES, block=512) == run_generally(tmp_path, data, libraries=LIBRARIES)


def test_exact_counts_equal_grep_sort_uniq(tmp_path):
    data = b"".join(record(bases, number) for number, bases in enumerate(some_reads(3000)))
    counts, _ = run(tmp_path, data, "sample[4] TTGAC barcode[10]", block=4000)
    pipe = "grep -oE '^(AACC|GGTT)TTGAC[ACGT]{10}' reads.fastq | sort | uniq -c"
    lines = subprocess.run(["bash", "-c", pipe], cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split("\n")
    names = {index: name for name, index in SAMPLES}
    expected = {(names[read[:4]], read[9:], number) for number, read in map(str.split, filter(None, lines))}
    assert {tuple(line.split("\t")) for line in counts.splitlines()[1:]} == expected
    assert len(expected) > 10


def test_kernels_count_nearly_all(tmp_path, monkeypatch):
    """Only reads with a letter that is no base in their index are left to the general way."""
    left = []
    monkeypatch.setattr(Tally, "add_read", lambda self, sequence: left.append(sequence))
    with pytest.raises(RuntimeError, match="fates sum to"):
        run(tmp_path, some_records(1000), libraries=LIBRARIES)
    assert sorted(left) == sorted(bases for bases in some_reads(1000) if "N" in bases[:4])
    assert 0 < len(left) < 20


@pytest.mark.parametrize("block", [100, 1 << 16])
def test_barcodes_longer_than_a_word(tmp_path, block):
    rng = np.random.default_rng(2)
    barcodes = ["".join(rng.choice(list("ACGT"), 75)) for _ in range(20)]
    reads = [barcodes[rng.integers(20)] for _ in range(500)]
    reads[7] = reads[7][:40] + "N" + reads[7][41:]
    wrong = {"A": "C", "C": "G", "G": "T", "T": "A"}
    reads[8:40] = [read[:70] + wrong[read[70]] + read[71:] for read in reads[8:40]]
    data = b"".join(record(bases, number) for number, bases in enumerate(reads))
    for text, libraries in (("barcode[75]~1", {"s": barcodes}), ("barcode[75]", {"s": barcodes}), ("variant[75]", None)):
        answer = run(tmp_path, data, text, [("s", "")], libraries=libraries, block=block)
        assert answer == run_generally(tmp_path, data, text, [("s", "")], libraries=libraries)
        assert ("counted\t499" in answer[1]) == (text != "barcode[75]")


def test_index_readings_that_are_not_all_listed(tmp_path, monkeypatch):
    monkeypatch.setattr("cisphys.reads.plan.MOST_READINGS", 2)
    data = some_records(200)
    assert run(tmp_path, data, libraries=LIBRARIES) == run_generally(tmp_path, data, libraries=LIBRARIES)


def test_long_sample_index_takes_the_general_way(tmp_path):
    samples = [("s", "ACGT" * 10)]
    counts, _ = run(tmp_path, record("ACGT" * 10 + "TTT"), "sample[40]~1 variant[3]", samples)
    assert counts == "sample\tsequence\treads\ns\tTTT\t1\n"


# The parts.
def test_newlines_are_all_found():
    rng = np.random.default_rng(3)
    for share in (0.01, 0.3, 1.0):
        text = np.where(rng.random(1000) < share, 10, 65).astype(np.uint8)
        for start, stop in ((0, 900), (3, 70), (5, 5), (64, 128), (1, 66)):
            found = np.empty(1000 + scan.PADDING, dtype=np.int64)
            number, odd = scan.find_newlines(text, start, stop, found)
            assert found[:number].tolist() == [place for place in range(start, stop) if text[place] == 10]
            assert not odd


@pytest.mark.parametrize("byte", [13, 128, 255])
def test_odd_bytes_are_seen_inside_the_block_only(byte):
    text = np.full(300, 65, dtype=np.uint8)
    text[[9, 200]] = byte
    found = np.empty(400, dtype=np.int64)
    assert [bool(scan.find_newlines(text, start, 200, found)[1]) for start in (0, 9, 10)] == [True, True, False]
    assert scan.find_newlines(text, 10, 201, found)[1]


@given(st.integers(1, 100).flatmap(lambda n: st.lists(st.text("ACGT", min_size=n, max_size=n), min_size=1, max_size=20)))
def test_packed_words_sort_as_their_letters(texts):
    words = pack(texts, len(texts[0]))
    rows.alphabetic(words, words)
    order = np.lexsort(words.T[::-1])
    assert [texts[item] for item in order] == sorted(texts)


@pytest.mark.parametrize(("length", "most_cells"), [(10, 1 << 20), (10, 0), (70, 1 << 20)])
def test_counts_grow_and_come_out_sorted(length, most_cells):
    """Thousands of sequences, in both stores, against a dict."""
    rng = np.random.default_rng(4)
    pool = ["".join(rng.choice(list("ACGT"), length)) for _ in range(9000)]
    library = make_library(["p", "q"], {"p": pool[:2000]}, parse_layout(f"barcode[{length}]", "x"))
    counts = Counts(2, length, library, most_cells)
    expected: Counter[tuple[int, str]] = Counter()
    for part in range(0, 9000, 1500):
        for sample in (0, 1):
            new = {text: int(rng.integers(1, 9)) for text in pool[part // 2 : part + 1500]}
            counts.add(sample, new)
            expected.update({(sample, text): number for text, number in new.items()})
    words = pack(pool, length)
    targets, missed = np.empty((2, 9000), dtype=np.int64)
    samples = rng.integers(0, 2, 9000)
    open_tables.find_known(words, samples, 9000, library, targets, missed)
    counts.add_found(words, samples, 9000, targets)
    known = set(pool[:2000])
    expected.update((sample, text) for sample, text in zip(samples.tolist(), pool, strict=True) if sample or text in known)
    for sample, (ordered, numbers) in enumerate(counts.by_sample()):
        texts = sorted(text for number, text in expected if number == sample)
        assert numbers.tolist() == [expected[sample, text] for text in texts]
        packed = pack(texts, length)
        rows.alphabetic(packed, packed)
        assert (ordered == packed).all()


def test_find_nearest_against_all_distances():
    rng = np.random.default_rng(5)
    pool = sorted({"".join(rng.choice(list("ACGT"), 6)) for _ in range(300)})
    library = make_library(["s"], {"s": pool}, parse_layout("barcode[6]~1", "x"))
    texts = ["".join(rng.choice(list("ACGT"), 6)) for _ in range(2000)]
    words, samples = pack(texts, 6), np.zeros(2000, dtype=np.int64)
    targets, missed = np.empty((2, 2000), dtype=np.int64)
    many = open_tables.find_known(words, samples, 2000, library, targets, missed)
    open_tables.find_nearest(words, samples, library, targets, missed, many)
    for text, target in zip(texts, targets.tolist(), strict=True):
        near = [word for word in pool if sum(a != b for a, b in zip(text, word, strict=True)) == 1]
        special = len(pool) + (open_tables.SEVERAL if near else open_tables.MISSING)
        assert target == (pool.index(text) if text in pool else pool.index(near[0]) if len(near) == 1 else special)


def test_words_are_numbered():
    words = pack(["AC", "AG", "TT"], 2)
    table = index_words(words)
    assert [int(table[kernels_slot(table, words, item), 1]) for item in range(3)] == [1, 2, 3]


def kernels_slot(table, words, item):
    """Find a row by looking at all of them."""
    return next(slot for slot in range(len(table)) if table[slot, 0] == words[item, 0] and table[slot, 1])


def test_compiled_code_calls_its_own_file_only():
    """numba keeps kernels on disk and looks only at their own file to see whether they are still right."""
    folder = Path(compiled.__file__).parent
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text())
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
        if "compiled" in imported:
            ours = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module.startswith("cisphys")]
            assert [node.module for node in ours] == ["cisphys.reads.compiled"]


def test_where_nothing_can_be_kept_kernels_are_compiled_anew(monkeypatch):
    def refuse(*_, cache=False, **__):
        if cache:
            raise RuntimeError("no locator available")
        return lambda function: function

    monkeypatch.setattr(compiled.numba, "njit", refuse)
    assert compiled.compiled(len) is len
