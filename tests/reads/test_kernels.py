"""The kernels one by one, and how they are compiled."""

import ast
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cisphys.reads import compiled, open_tables, rows, scan
from cisphys.reads.counts import Counts
from cisphys.reads.layout import parse_layout
from cisphys.reads.plan import index_words, make_library, pack


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
