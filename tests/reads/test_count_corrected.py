"""Runs whose mates are merged, whose variants come in halves, whose UMIs are corrected or whose barcodes hold an N: counted by
`count_run`, against a slow count of the same files.
"""

import random
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_match import as_text, read_unit
from slow_ways import apart, slow_merge, slow_molecules, turn

from cisphys.errors import InputError
from cisphys.reads.count import count_run
from cisphys.reads.demultiplex import Demultiplexing
from cisphys.reads.fates import FATES, UNASSIGNED
from cisphys.reads.index_tables import count_indices
from cisphys.reads.layout import parse_layout
from cisphys.reads.layout_check import check_layout
from cisphys.reads.merging import Merging

SAMPLES = {"AACCG": "b", "GGTTA": "a"}
MERGING = Merging(least_overlap=8, mismatches=0.25)
INDEX = [("sample", 5, 5, 1, False, 0, False)]
CONSTANT = ("constant", "GATTACAG", 1)


def span(kind, least, most=None, mismatches=0, reverse=False, quality=0, with_n=False):
    return (kind, least, most or least, mismatches, reverse, quality, with_n)


LAYOUTS = {
    "merged": {"index1": INDEX, "merged": [CONSTANT, span("variant", 6, 30, quality=15)]},
    "merged first": {"merged": [CONSTANT, span("barcode", 6)], "index1": INDEX},
    "merged, sample within": {"merged": [*INDEX, CONSTANT, span("umi", 3), span("barcode", 3)]},
    "halves": {"index1": INDEX, "read1": [CONSTANT, span("variant", 6)], "read2": [span("variant", 5, reverse=True)]},
    "UMI corrected": {"index1": INDEX, "read1": [span("umi", 3, mismatches=1), CONSTANT, span("barcode", 2)]},
    "UMIs of both reads": {
        "index1": INDEX,
        "read1": [span("umi", 3, mismatches=1), CONSTANT, span("variant", 2)],
        "read2": [span("umi", 3, mismatches=1, reverse=True)],
    },
    "barcode with N": {"index1": INDEX, "read1": [CONSTANT, span("barcode", 6, mismatches=2, with_n=True), span("umi", 2)]},
}
LIBRARY = ["ACGTAC", "ACGTTT", "GGATCC", "TTTTTT", "CAGCAG"]


def random_read(rng, index, lines):
    """Make the letters of a fragment, most of which fit the line."""
    line = lines.get("merged") or lines["read1"]
    text = ""
    for kind, *rest in line:
        if kind == "sample":
            text += index
        elif kind == "constant":
            text += rest[0]
        elif kind == "barcode" and rest[0] == 6:
            text += rng.choice(LIBRARY)
        else:
            text += "".join(rng.choices("AC" if kind == "umi" else "ACGT", k=rng.randint(rest[0], rest[1])))
    return text


def spoil(rng, bases):
    """Misread some bases, at low quality."""
    letters, scores = list(bases), [rng.choice([38, 37, 30]) for _ in bases]
    for place in range(len(letters)):
        if rng.random() < 0.03:
            letters[place], scores[place] = rng.choice("ACGTNa"), rng.choice([2, 12, 20])
    return "".join(letters), scores


def random_unit(rng, lines):
    """Make read1, read2 and index1 of one cluster, as (bases, scores)."""
    index = rng.choice(list(SAMPLES))
    fragment = random_read(rng, index, lines)
    if rng.random() < 0.1:
        fragment += "".join(rng.choices("ACGT", k=30))
    length = rng.choice([16, 20, 26])
    whole = [(strand + "".join(rng.choices("ACGT", k=length)))[:length] for strand in (fragment, turn(fragment))]
    return [spoil(rng, bases) for bases in (*whole, index)]


def write_files(folder, units):
    """Write the reads as FASTQ; give the files."""
    for place, read in enumerate(("read1", "read2", "index1")):
        rows = (
            f"@r{number}\n{unit[place][0]}\n+\n{''.join(chr(33 + score) for score in unit[place][1])}\n"
            for number, unit in enumerate(units)
        )
        (folder / f"{read}.fastq").write_text("".join(rows))
    return {read: [folder / f"{read}.fastq"] for read in ("read1", "read2", "index1")}


def slow_count(units, lines, library, corrected):
    """Give {(sample, sequence): number} and {(sample, fate): reads} of a run."""
    fates, found = Counter(), {}
    for one, two, index in units:
        reads = {"read1": one, "read2": two, "index1": index}
        reads["merged"] = slow_merge(one, two, MERGING.least_overlap, MERGING.mismatches, MERGING.certainty)
        name, fate, contents = read_unit(list(lines.values()), [reads[read] for read in lines], SAMPLES)
        if not fate and library:
            ranked = sorted((apart(contents[0], known), known) for known in library)
            near = [known for distance, known in ranked if distance == ranked[0][0] <= 2]
            fate = "" if len(near) == 1 else "ambiguous_barcode" if near else "not_in_library"
            contents = (*near[:1], *contents[1:])
        if fate:
            fates[name, fate] += 1
        else:
            letters, *umis = contents
            found.setdefault((name, letters), Counter())["".join(umis)] += 1
    with_umis = any(element[0] == "umi" for line in lines.values() for element in line)
    counts = {}
    for (name, letters), umis in found.items():
        number = umis.total() if not with_umis else slow_molecules(umis) if corrected else len(umis)
        counts[name, letters] = number
        fates[name, "counted"] += number
        fates[name, "duplicate_umi"] += umis.total() - number
    return counts, {key: number for key, number in fates.items() if number}


def count(folder, files, layout, library=None, **options):
    libraries = dict.fromkeys(SAMPLES.values(), library) if library else {}
    samples = [(name, index) for index, name in SAMPLES.items()]
    where = folder / "counts.tsv.gz", folder / "fates.tsv"
    count_run("run", files, layout, samples, *where, libraries=libraries, merging=MERGING, **options)
    counts, fates = (pd.read_csv(path, sep="\t") for path in where)
    return (
        {(row.sample, row.sequence): row.reads for row in counts.itertuples()},
        {(row.sample, row.fate): row.reads for row in fates.itertuples()},
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1 << 30), name=st.sampled_from(list(LAYOUTS)))
def test_equals_a_slow_count(tmp_path_factory, seed, name):
    folder, rng, lines = tmp_path_factory.mktemp("run"), random.Random(seed), LAYOUTS[name]
    units = [random_unit(rng, lines) for _ in range(rng.choice([1, 30, 60]))]
    layout = parse_layout({read: as_text(line) for read, line in lines.items()}, "x")
    library = LIBRARY if layout.counted.mismatches else None
    counts, fates = count(folder, write_files(folder, units), layout, library)
    expected = slow_count(units, lines, library, layout.umis_corrected)
    assert counts == expected[0]
    assert {key: reads for key, reads in fates.items() if reads} == expected[1]
    assert sum(fates.values()) == len(units)
    assert {fate for _, fate in fates} <= set(FATES)


def test_where_pairs_without_overlap_are_listed(tmp_path):
    """Before its sample is known, a pair belongs to none."""
    rng = random.Random(1)
    for name, owner in (("merged", "a"), ("merged first", UNASSIGNED), ("merged, sample within", UNASSIGNED)):
        units = [random_unit(rng, LAYOUTS[name]) for _ in range(3)]
        layout = parse_layout({read: as_text(line) for read, line in LAYOUTS[name].items()}, "x")
        fates = count(tmp_path, write_files(tmp_path, units), layout)[1]
        assert (owner, "no_overlap") in fates
        assert {sample == UNASSIGNED for sample, fate in fates if fate == "no_overlap"} == {owner == UNASSIGNED}


def test_records_are_copied_as_they_were_before_they_were_merged(tmp_path):
    rng, lines = random.Random(2), LAYOUTS["merged"]
    files = write_files(tmp_path, [random_unit(rng, lines) for _ in range(20)])
    layout = parse_layout({read: as_text(line) for read, line in lines.items()}, "x")
    count(tmp_path, files, layout, fastq_folder=tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{sample}.{read}.fastq.gz" for sample in "ab" for read in ("read1", "read2", "index1")}


def test_first_reads_and_indices_are_looked_at_in_merged_mates(tmp_path):
    lines = LAYOUTS["merged, sample within"]
    files = write_files(tmp_path, [random_unit(random.Random(3), lines) for _ in range(40)])
    layout = parse_layout({read: as_text(line) for read, line in lines.items()}, "x")
    samples = [(name, index) for index, name in SAMPLES.items()]
    assert check_layout("run", files, layout, samples, Demultiplexing(), merging=MERGING).share == 1
    assert set(count_indices(files, layout, 100, MERGING).counts) <= {(index,) for index in SAMPLES}


def test_mates_cannot_be_merged_without_read2(tmp_path):
    files = write_files(tmp_path, [random_unit(random.Random(3), LAYOUTS["merged"])])
    with pytest.raises(InputError, match="layout 'x' reads the merged mates, but there is no read2 to merge"):
        count(tmp_path, {"read1": files["read1"]}, parse_layout({"merged": "sample[5] variant[5]"}, "x"))


def test_molecules_are_told_beside_the_counts(tmp_path):
    (tmp_path / "x.fastq").write_text("".join(f"@r{umi}\nAC{umi}\n+\nIIIII\n" for umi in ("AAA", "AAA", "AAC", "GGG")))
    where = tmp_path / "counts.tsv", tmp_path / "fates.tsv"
    layout = parse_layout("variant[2] umi[3]~1", "x")
    count_run("run", [tmp_path / "x.fastq"], layout, [("s", "")], *where, molecules_path=tmp_path / "molecules.tsv")
    assert where[0].read_text() == "sample\tsequence\treads\ns\tAC\t2\n"
    assert "run\ts\tduplicate_umi\t2\nrun\ts\tcounted\t2\n" in where[1].read_text()
    rows = (tmp_path / "molecules.tsv").read_text().splitlines()
    assert rows == ["sample\tsequence\treads\tumis\tmolecules\texpected_molecules", "s\tAC\t4\t3\t2\t2.03"]
    count_run(
        "run", [tmp_path / "x.fastq"], parse_layout("variant[2]", "x"), [("s", "")], *where, molecules_path=tmp_path / "m.tsv"
    )
    assert (tmp_path / "m.tsv").read_text().splitlines() == rows[:1]
