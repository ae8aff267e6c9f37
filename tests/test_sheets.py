"""Sheets of runs and samples, and the datasets made of them."""

from pathlib import Path

import pytest
import yaml

from cisphys.barcode_filters import BinFilters
from cisphys.config import load_settings
from cisphys.datasets import Dataset, datasets
from cisphys.errors import InputError
from cisphys.sheet_rows import checked_rows
from cisphys.sheets import Run, Sample, check_reads_exist, read_runs, read_samples

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "workflow/schemas"

CONFIG = """\
version: 1
analysis: mine
runs: runs.tsv
samples: sheets/samples.tsv
conditions: [strain, cAMP_uM]
layouts:
  pool: "sample[4] ACGT variant[6]"
  whole: "variant[6]"
  tags: "sample[4] barcode[8]"
experiments:
  full: {variants: observed}
  crp: {variants: observed}
  tagged: {library: library.tsv}
  given: {table: counts.tsv, conditions: {cAMP_uM: 7}}
"""
RUNS = """\
run layout read1
# a comment
p1 pool reads/a.fastq.gz;reads/b.fastq.gz
solo whole reads/solo.fastq
solo2 whole reads/solo2.fastq
tags tags reads/tags.fastq
"""
SAMPLES = """\
sample run index experiment bin replicate role cells strain cAMP_uM
full_lib p1 AAAA full 0 . . . TK310 500
full_1 p1 CCCC full 1 . . 2000 TK310 500
full_2 p1 gggg full 2 . . . TK310 500
ctrl p1 TTTT . . . control . . .
crp_a0 solo . crp 0 a . . . 1e2
crp_a1 solo2 . crp 1 a . . . 100
crp_b1 p1 ACAC crp 1 b . . . 100
crp_b0 p1 ACGA crp 0 b . . . 100
tag_0 tags AAAA tagged 0 . . . . .
tag_1 tags CCCC tagged 1 . . . . .
"""


def as_tsv(text: str) -> str:
    """Turn columns parted by spaces into a TSV; a dot is an empty field."""
    rows = (line.split(" ") if not line.startswith("#") else [line] for line in text.splitlines())
    return "".join("\t".join("" if part == "." else part for part in row) + "\n" for row in rows)


@pytest.fixture
def read(tmp_path):
    """Write config and sheets, and read them all: settings, runs, samples, datasets."""

    def read(runs: str = RUNS, samples: str = SAMPLES, config: str = CONFIG, **added):
        (tmp_path / "sheets").mkdir(exist_ok=True)
        (tmp_path / "config.yaml").write_text(config)
        (tmp_path / "runs.tsv").write_text(as_tsv(runs))
        (tmp_path / "sheets/samples.tsv").write_text(as_tsv(samples))
        settings = load_settings({**yaml.safe_load(config), **added}, tmp_path / "config.yaml", SCHEMAS / "config.schema.yaml")
        found = read_runs(settings, SCHEMAS / "runs.schema.yaml")
        members = read_samples(settings, found, SCHEMAS / "samples.schema.yaml")
        return settings, found, members, datasets(settings, members)

    return read


@pytest.fixture
def refused(read, tmp_path):
    """Read sheets that are wrong, and give the message without the folder of its file."""

    def refused(**given) -> str:
        with pytest.raises(InputError) as caught:
            read(**given)
        return str(caught.value).replace(f"{tmp_path}/", "")

    return refused


def changed(old: str, new: str, text: str) -> str:
    assert text.count(old) == 1, f"{old!r} must stand in the text once"
    return text.replace(old, new)


# what sheets become


def test_runs(read, tmp_path):
    _, runs, _, _ = read()
    assert runs[0] == Run("p1", "pool", (tmp_path / "reads/a.fastq.gz", tmp_path / "reads/b.fastq.gz"))
    assert [(run.name, run.made, run.line) for run in runs] == [
        ("p1", "given", 3),
        ("solo", "given", 4),
        ("solo2", "given", 5),
        ("tags", "given", 6),
    ]


def test_samples(read):
    _, _, samples, _ = read()
    conditions = {"strain": "TK310", "cAMP_uM": 500.0}
    assert samples[1] == Sample("full_1", "p1", "CCCC", "full", 1, "1", 2000, "data", conditions)
    assert samples[2].index == "GGGG"
    assert samples[3] == Sample("ctrl", "p1", "TTTT", None, None, "1", None, "control", {"strain": "", "cAMP_uM": ""})
    assert (samples[4].index, samples[4].line) == ("", 6)


def test_datasets_follow_the_config_and_the_bins(read):
    _, _, _, found = read()
    assert [dataset.name for dataset in found] == ["full", "crp.a", "crp.b", "tagged", "given"]
    assert found[0] == Dataset(
        "full",
        "full",
        "1",
        (("full_lib", 0), ("full_1", 1), ("full_2", 2)),
        {"strain": "TK310", "cAMP_uM": 500.0},
        filters=BinFilters(),
    )
    assert found[2].samples == (("crp_b0", 0), ("crp_b1", 1))
    assert found[2].bins == (0, 1)
    assert found[4] == Dataset("given", "given", None, (), {"cAMP_uM": 7.0})


@pytest.mark.parametrize(
    ("text", "value"),
    [("5", 5.0), ("-1.5", -1.5), (".5", 0.5), ("1e3", 1000.0), ("1e", "1e"), ("nan", "nan"), ("TK310", "TK310")],
)
def test_conditions_are_numbers_or_words(read, text, value):
    _, _, samples, _ = read(samples=SAMPLES.replace("TK310", text))
    assert samples[0].conditions["strain"] == value


def test_without_sheets_there_are_tables_only(read):
    config = "version: 1\nanalysis: mine\nexperiments:\n  given: {table: counts.tsv}\n"
    _, runs, samples, found = read(config=config)
    assert (runs, samples) == ((), ())
    assert found == (Dataset("given", "given", None, (), {}),)


ONE_CONFIG = """\
version: 1
analysis: mine
runs: runs.tsv
samples: sheets/samples.tsv
layouts: {whole: "sample[4] variant[6]"}
experiments:
  full: {variants: observed}
"""
ONE_RUN = "run layout read1\nonly whole .\n"
ONE_SAMPLES = "sample run index experiment bin\ns0 only AAAA full 0\ns1 only CCCC full 1\n"


@pytest.mark.parametrize(
    ("more", "added", "made", "reads"),
    [
        ("simulate: {run: only, fit: fit}", {}, "simulated", ()),
        ("published_counts: {run: only, sources: s.tsv}", {}, "published", ()),
        (
            "published_counts: {run: only, sources: s.tsv}",
            {"reads": "/data/pool.fastq.gz"},
            "given",
            (Path("/data/pool.fastq.gz"),),
        ),
        ("seed: 1", {"reads": "/data/pool.fastq.gz"}, "given", (Path("/data/pool.fastq.gz"),)),
    ],
)
def test_where_the_reads_come_from(read, more, added, made, reads):
    _, (run,), _, _ = read(runs=ONE_RUN, samples=ONE_SAMPLES, config=f"{ONE_CONFIG}{more}\n", **added)
    assert (run.made, run.read1) == (made, reads)


def test_given_reads_stand_in_for_those_of_the_sheet(read):
    runs = changed("whole .", "whole a.fastq;b.fastq", ONE_RUN)
    _, (run,), _, _ = read(runs=runs, samples=ONE_SAMPLES, config=ONE_CONFIG, reads="/data/pool.fastq.gz")
    assert run.read1 == (Path("/data/pool.fastq.gz"),)


# mistakes in the run sheet


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "run layout read1",
            "run layuot read1",
            "header: unknown column 'layuot' (did you mean 'layout'? Valid: run, layout, role, read1,",
        ),
        ("run layout read1", "run role read1", "header: column 'layout' is missing"),
        ("p1 pool", ". pool", "line 3: key 'run' is missing: Name of the sequencing run"),
        ("p1 pool", "a/b pool", "line 3: run is the text 'a/b': names become file names"),
        (
            "p1 pool",
            "p1 poll",
            "line 3: layout 'poll' of run 'p1' is not defined (did you mean 'pool'? Valid: pool, whole, tags)",
        ),
        ("solo2 whole", "solo whole", "line 5: run 'solo' is there twice, first on line 4"),
        ("reads/solo2.fastq", ".", "line 5: run 'solo2' has no reads. Name its FASTQ in column read1"),
        ("reads/a.fastq.gz;", "reads/a.fastq.gz;;", "line 3: read1 'reads/a.fastq.gz;;reads/b.fastq.gz' has an empty place"),
        ("reads/solo2.fastq", "reads/solo.fastq", "line 5: run 'solo2' reads"),
        ("reads/b.fastq.gz", "reads/a.fastq.gz", "line 3: run 'p1' reads"),
        ("whole reads/solo2.fastq", "whole", "line 5: 2 fields where the header has 3"),
    ],
)
def test_each_mistake_in_the_run_sheet_names_its_line(refused, old, new, message):
    assert refused(runs=changed(old, new, RUNS)).startswith(f"runs.tsv, {message}")


@pytest.mark.parametrize("column", ["read2", "index1", "index2"])
def test_reads_that_the_layout_does_not_read_are_refused(refused, column):
    message = refused(runs=f"run layout read1 {column}\np1 pool a.fastq b.fastq\n")
    assert message.startswith(f"runs.tsv, line 2: run 'p1' names a {column}, but layout 'pool' does not read it")


def test_reads_that_the_layout_does_not_read_may_be_copied_to_each_sample(read):
    config = f"{ONE_CONFIG}demultiplex: {{fastq: true}}\n"
    _, (run,), _, _ = read(runs="run layout read1 read2\nonly whole a.fastq b.fastq\n", samples=ONE_SAMPLES, config=config)
    assert list(run.files) == ["read1", "read2"]


SEVERAL = changed('"sample[4] variant[6]"', '{read1: "variant[6]", read2: "umi[8]", index1: "sample[4]"}', ONE_CONFIG)
HEADER = "run layout read1 read2 index1\n"


def test_several_reads_of_one_run(read, tmp_path):
    runs = f"{HEADER}only whole a.fastq;b.fastq a2.fastq;b2.fastq ai.bam;bi.bam\n"
    _, (run,), _, _ = read(runs=runs, samples=ONE_SAMPLES, config=SEVERAL)
    assert run.files == {
        "read1": (tmp_path / "a.fastq", tmp_path / "b.fastq"),
        "read2": (tmp_path / "a2.fastq", tmp_path / "b2.fastq"),
        "index1": (tmp_path / "ai.bam", tmp_path / "bi.bam"),
    }
    assert len(run.paths) == 6


def test_interleaved_reads_of_one_run(read, tmp_path):
    _, (run,), _, _ = read(runs=f"{HEADER}only whole a.fastq interleaved i.fastq\n", samples=ONE_SAMPLES, config=SEVERAL)
    assert run.files["read2"] == "interleaved"
    assert run.paths == (tmp_path / "a.fastq", tmp_path / "i.fastq")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a.fastq . i.fastq", "layout 'whole' of run 'only' reads read2, which the run does not name"),
        ("a.fastq;b.fastq c.fastq i.fastq;j.fastq", "run 'only' has 2 files of read1, but 1 of read2"),
        ("a.fastq c.fastq; i.fastq", "read2 'c.fastq;' has an empty place between its lanes"),
        ("a.fastq a.fastq i.fastq", "run 'only' reads"),
    ],
)
def test_reads_that_do_not_fit_each_other(refused, row, message):
    refusal = refused(runs=f"{HEADER}only whole {row}\n", samples=ONE_SAMPLES, config=SEVERAL)
    assert refusal.startswith(f"runs.tsv, line 2: {message}")


def test_reads_are_made_for_plain_layouts_only(refused):
    config = changed("variant[6]", "variant[4-6]", f"{ONE_CONFIG}simulate: {{run: only, fit: fit}}\n")
    message = refused(runs=ONE_RUN, samples=ONE_SAMPLES, config=config)
    assert message.startswith("runs.tsv, line 2: the reads of run 'only' are simulated, and none can be made for layout 'whole'")


def test_unknown_role_of_a_run(refused):
    message = refused(runs="run layout role read1\np1 pool count a.fastq\n")
    assert message.startswith(
        "runs.tsv, line 2: role cannot be the text 'count' (did you mean 'counts'? Valid: counts, association)"
    )


@pytest.mark.parametrize("key", ["simulate: {fit: f, run: olny}", "published_counts: {sources: s, run: olny}"])
def test_a_run_that_is_made_must_be_in_the_sheet(refused, key):
    message = refused(runs=ONE_RUN, samples=ONE_SAMPLES, config=f"{ONE_CONFIG}{key}\n")
    assert message.startswith("config.yaml, line 8: run 'olny' is not in runs.tsv (did you mean 'only'? Valid: only)")


@pytest.mark.parametrize(
    ("key", "made"), [("simulate: {fit: f, run: only}", "simulated"), ("published_counts: {sources: s, run: only}", "published")]
)
def test_a_run_that_is_made_has_no_files(refused, key, made):
    runs = changed("whole .", "whole a.fastq", ONE_RUN)
    message = refused(runs=runs, samples=ONE_SAMPLES, config=f"{ONE_CONFIG}{key}\n")
    assert message.startswith(f"runs.tsv, line 2: run 'only' names a read1, but the config says that its reads are {made}")


def test_reads_need_a_single_run(refused):
    message = refused(reads="pool.fastq.gz")
    assert message.startswith(
        "--config reads: `reads` stands in for the reads of the only run, and there are 4 (p1, solo, solo2, tags)"
    )


# mistakes in the sample sheet


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "index experiment bin",
            "index experiment bni",
            "header: unknown column 'bni' (did you mean 'bin'? Valid: sample, run, index,",
        ),
        ("cells strain cAMP_uM", "cells starin cAMP_uM", "header: unknown column 'starin' (did you mean 'strain'?"),
        ("bin replicate", "molecul replicate", "header: unknown column 'molecul' (did you mean 'molecule'?"),
        ("sample run", "note run", "header: unknown column 'note'"),
        ("full_1 p1", ". p1", "line 3: key 'sample' is missing"),
        ("full_1 p1", "<script> p1", "line 3: sample is the text '<script>': names become file names"),
        ("full_1 p1", "full_lib p1", "line 3: sample 'full_lib' is there twice, first on line 2"),
        ("full_1 p1", "full_1 p2", "line 3: run 'p2' of sample 'full_1' is not in runs.tsv (did you mean 'p1'? Valid: p1, solo,"),
        ("gggg full", "aaaa full", "line 4: samples 'full_lib' (line 2) and 'full_2' of run 'p1' have the same index AAAA"),
        (
            "CCCC full",
            "CCCC flul",
            "line 3: experiment 'flul' of sample 'full_1' is not in the config (did you mean 'full'? Valid: full,",
        ),
        ("CCCC full 1", "CCCC . 1", "line 3: sample 'full_1' belongs to no experiment"),
        ("CCCC full 1", "CCCC full .", "line 3: sample 'full_1' has no bin"),
        ("CCCC full 1", "CCCC full -1", "line 3: bin is the text '-1': a bin is a whole number, 0 or more"),
        ("CCCC full 1", "CCCC full 1.5", "line 3: bin is the text '1.5': a bin is a whole number"),
        ("CCCC full 1", "CCCC full one", "line 3: bin is the text 'one': a bin is a whole number"),
        ("CCCC full 1", "CCCC full 2", "line 4: samples 'full_1' (line 3) and 'full_2' of 'full' are both bin 2"),
        (
            ". 2000 TK310",
            "datum 2000 TK310",
            "line 3: role cannot be the text 'datum' (did you mean 'data'? Valid: data, control)",
        ),
        (". 2000 TK310", ". many TK310", "line 3: cells is the text 'many': a number of cells is a whole number"),
        (". 2000 TK310", ". 2000 TK311", "line 3: samples 'full_lib' (line 2) and 'full_1' of 'full' differ in strain"),
        ("CCCC full 1 .", "CCCC full 1 a.b", "line 3: replicate is the text 'a.b': names become file names"),
        ("CCCC full 1 .", "CCCC given 1 .", "line 3: sample 'full_1' belongs to experiment 'given', which starts from a table"),
        (
            "CCCC full 1 .",
            "CCCC tagged 1 .",
            "line 3: experiment 'tagged' counts barcodes, but layout 'pool' of run 'p1' has none",
        ),
        (
            "tag_1 tags CCCC tagged",
            "tag_1 tags CCCC full",
            "line 11: experiment 'full' counts variants, but layout 'tags' of run 'tags' has none",
        ),
        (
            "full_1 p1 CCCC",
            "full_1 p1 .",
            "line 3: sample 'full_1' has no index, so it takes the whole run 'p1', but sample 'full_lib' (line 2)",
        ),
        (
            "crp_a0 solo .",
            "crp_a0 solo AAAA",
            "line 6: sample 'crp_a0' has an index, but layout 'whole' of its run has no sample element",
        ),
        (
            "crp_a1 solo2 .",
            "crp_a1 solo .",
            "line 6: sample 'crp_a0' has no index, so it takes the whole run 'solo', but sample 'crp_a1' (line 7)",
        ),
        (
            "tag_1 tags CCCC tagged 1 . .",
            "tag_1 tags CCCC . . . control",
            "line 10: 'tagged' has one bin only, 0 (sample 'tag_0')",
        ),
        (
            "crp_b0 p1 ACGA crp 0 b",
            "crp_b0 p1 ACGA full 3 .",
            "line 9: samples 'full_lib' (line 2) and 'crp_b0' of 'full' differ in strain",
        ),
    ],
)
def test_each_mistake_in_the_sample_sheet_names_its_line(refused, old, new, message):
    assert refused(samples=changed(old, new, SAMPLES)).startswith(f"sheets/samples.tsv, {message}")


def test_an_unknown_column_may_be_a_condition(refused):
    message = refused(samples=changed("cells strain", "cells medium", SAMPLES))
    assert message.endswith("If it is a condition, name it in the list `conditions` of the config.")


def test_a_declared_condition_must_be_a_column(refused):
    message = refused(config=changed("[strain, cAMP_uM]", "[strain, cAMP_uM, medium]", CONFIG))
    assert message.startswith(
        "sheets/samples.tsv, header: column 'medium', which the config declares under `conditions`, is missing"
    )


def test_a_run_without_an_index_has_a_layout_without_one(refused):
    samples = "sample run index experiment bin\ns0 only . full 0\n"
    message = refused(runs="run layout read1\nonly whole a.fastq\n", samples=samples, config=ONE_CONFIG)
    assert message.startswith(
        "sheets/samples.tsv, line 2: sample 's0' has no index, so it takes the whole run 'only', but its layout"
    )


def test_a_run_that_no_sample_uses(refused):
    samples = "\n".join(line for line in SAMPLES.splitlines() if not line.startswith("tag_"))
    assert refused(samples=samples).startswith("runs.tsv, line 6: no sample of sheets/samples.tsv uses run 'tags'")


def test_an_experiment_without_samples(refused):
    config = changed("  crp: {", "  rnap: {variants: observed}\n  crp: {", CONFIG)
    assert refused(config=config).startswith("config.yaml, line 12: experiment 'rnap' has no samples in sheets/samples.tsv")


def test_a_control_is_no_data(refused):
    samples = SAMPLES.replace("tagged 0 . .", "tagged 0 . control").replace("tagged 1 . .", "tagged 1 . control")
    assert refused(samples=samples).startswith("config.yaml, line 13: experiment 'tagged' has no samples")


def test_missing_sheet(read, tmp_path):
    settings, *_ = read()
    (tmp_path / "runs.tsv").unlink()
    with pytest.raises(InputError, match=r"runs\.tsv: there is no such file"):
        read_runs(settings, SCHEMAS / "runs.schema.yaml")


# FASTQ files


def test_missing_and_empty_fastq(read, tmp_path):
    settings, runs, *_ = read()
    (tmp_path / "reads").mkdir()
    for name in ("a.fastq.gz", "b.fastq.gz", "solo.fastq", "solo2.fastq", "tags.fastq"):
        (tmp_path / "reads" / name).write_text("@r\n")
    check_reads_exist(settings, runs)
    (tmp_path / "reads/solo.fastq").write_text("")
    with pytest.raises(InputError, match=r"runs\.tsv, line 4: the FASTQ file .*solo\.fastq is empty"):
        check_reads_exist(settings, runs)
    (tmp_path / "reads/b.fastq.gz").unlink()
    with pytest.raises(InputError, match=r"runs\.tsv, line 3: there is no FASTQ file .*b\.fastq\.gz\. Check the path"):
        check_reads_exist(settings, runs)


def test_missing_fastq_of_the_command_line(read):
    settings, runs, *_ = read(runs=ONE_RUN, samples=ONE_SAMPLES, config=ONE_CONFIG, reads="/nowhere/pool.fastq.gz")
    with pytest.raises(InputError, match=r"^--config reads: there is no FASTQ file /nowhere/pool\.fastq\.gz"):
        check_reads_exist(settings, runs)


# the sheets that are shipped


@pytest.mark.parametrize(
    ("name", "made", "bins"),
    [
        ("config", "simulated", {"sim": 10}),
        ("lac_sortseq", "published", {"full-wt": 10, "crp-wt": 10, "rnap-wt": 10, "full-500": 5, "full-150": 5, "full-0": 5}),
    ],
)
def test_shipped_sheets_are_right(name, made, bins):
    path = ROOT / f"config/{name}.yaml"
    settings = load_settings(yaml.safe_load(path.read_text()), path, SCHEMAS / "config.schema.yaml")
    runs = read_runs(settings, SCHEMAS / "runs.schema.yaml")
    samples = read_samples(settings, runs, SCHEMAS / "samples.schema.yaml")
    assert [run.made for run in runs] == [made]
    assert {dataset.name: len(dataset.bins) for dataset in datasets(settings, samples)} == bins


def test_example_indices_lie_apart_and_are_the_examples_own(published_data):
    path = ROOT / "config/config.yaml"
    settings = load_settings(yaml.safe_load(path.read_text()), path, SCHEMAS / "config.schema.yaml")
    runs = read_runs(settings, SCHEMAS / "runs.schema.yaml")
    own = [sample.index for sample in read_samples(settings, runs, SCHEMAS / "samples.schema.yaml")]
    apart = [sum(a != b for a, b in zip(left, right, strict=True)) for left in own for right in own if left != right]
    assert min(apart) >= 3
    published = (published_data / "lac_sortseq/samples.tsv").read_text()
    assert not [index for index in own if index in published]


def test_a_quote_that_is_not_closed_swallows_no_rows(refused):
    """The rows behind it would be one field, and their samples gone."""
    text = SAMPLES.replace("500\nfull_1", '"500\nfull_1')
    assert 'samples.tsv, line 2: a " is opened and not closed' in refused(samples=text)


@pytest.mark.parametrize("separator", [",", ";", "  "])
def test_a_sheet_without_tabs(tmp_path, separator):
    path = tmp_path / "runs.csv"
    path.write_text(f"run{separator}layout{separator}read1\na{separator}b{separator}c\n")
    with pytest.raises(InputError, match=r"runs\.csv, header: the columns of .* are not separated by tabs"):
        list(checked_rows(path, SCHEMAS / "runs.schema.yaml"))
