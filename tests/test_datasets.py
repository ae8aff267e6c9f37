"""Samples of RNA and DNA in the sheets, and the datasets made of them. Sorted bins: see test_sheets.py."""

from pathlib import Path

import pytest
import yaml

from cisphys.barcode_filters import BinFilters, Filters
from cisphys.config import load_settings
from cisphys.datasets import Dataset, datasets
from cisphys.errors import InputError
from cisphys.sheets import read_runs, read_samples

SCHEMAS = Path(__file__).parent.parent / "workflow/schemas"
CONFIG = """\
version: 1
analysis: mine
runs: runs.tsv
samples: samples.tsv
conditions: [drug]
layouts: {tags: "sample[2] barcode[4]"}
experiments:
  mpra: {library: library.tsv, filters: {bc_threshold: 3}}
  bins: {library: library.tsv}
"""
RUNS = "run layout read1\np tags a.fastq\n"
SAMPLES = """\
sample run index experiment bin molecule replicate role drug
d1 p AA mpra . dna 1 . 0
r1 p CC mpra . rna 1 . 0
r2 p GG mpra . rna 2 . 0
d2 p TT mpra . dna 2 . 0
b0 p AC bins 0 . . . 0
b1 p AG bins 1 . . . 0
ctrl p AT . . rna . control 0
"""


def as_tsv(text):
    return "".join("\t".join("" if part == "." else part for part in line.split(" ")) + "\n" for line in text.splitlines())


@pytest.fixture
def read(tmp_path):
    """Write config and sheets; gives the settings and the datasets."""

    def read(samples=SAMPLES, config=CONFIG):
        (tmp_path / "config.yaml").write_text(config)
        (tmp_path / "runs.tsv").write_text(as_tsv(RUNS))
        (tmp_path / "samples.tsv").write_text(as_tsv(samples))
        settings = load_settings(yaml.safe_load(config), tmp_path / "config.yaml", SCHEMAS / "config.schema.yaml")
        runs = read_runs(settings, SCHEMAS / "runs.schema.yaml")
        return settings, datasets(settings, read_samples(settings, runs, SCHEMAS / "samples.schema.yaml"))

    return read


def test_replicates_of_rna_and_dna_are_one_dataset(read):
    settings, (mpra, bins) = read()
    molecules = (("d1", "dna", "1"), ("r1", "rna", "1"), ("r2", "rna", "2"), ("d2", "dna", "2"))
    assert mpra == Dataset("mpra", "mpra", None, (), {"drug": 0.0}, molecules, Filters(bc_threshold=3))
    assert mpra.sample_names == ("d1", "r1", "r2", "d2")
    assert bins.samples == (("b0", 0), ("b1", 1))
    assert settings.experiment("mpra").filters == {"bc_threshold": 3}
    assert bins.filters == BinFilters()


def test_defaults_of_the_schema_are_those_of_the_library():
    schema = yaml.safe_load((SCHEMAS / "config.schema.yaml").read_text())
    keys = schema["properties"]["experiments"]["additionalProperties"]["properties"]["filters"]["properties"]
    defaults = {name: key["default"] for name, key in keys.items()}
    assert defaults == vars(Filters()) | vars(BinFilters()) | {"bc_threshold": None}
    words = keys["bc_threshold"]["description"]
    assert f"{Filters().bc_threshold} for RNA and DNA, {BinFilters().bc_threshold} for sorted bins" in words


def test_filters_of_barcodes_without_a_library(read):
    config = CONFIG.replace("barcode[4]", "variant[4]").replace("library: library.tsv", "variants: observed")
    config = config.replace("bins: {variants: observed", "bins: {variants: observed, filters: {bc_threshold: 2}")
    with pytest.raises(InputError, match="line 9: experiment 'bins' has filters of barcodes, but no library"):
        read(config=config)


def test_filters_of_sorted_bins(read):
    config = CONFIG.replace(
        "bins: {library: library.tsv}", "bins: {library: library.tsv, filters: {min_counts: 4, bc_threshold: }}"
    )
    assert read(config=config)[1][1].filters == BinFilters(min_counts=4, bc_threshold=1)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "mpra . dna 1",
            "mpra . . 1",
            "samples.tsv, line 2: sample 'd1' has no bin and no molecule. Give either the gate's number",
        ),
        ("mpra . dna 1", "mpra 0 dna 1", "samples.tsv, line 2: sample 'd1' has both a bin and a molecule"),
        ("mpra . dna 1", "mpra . DNA 1", "samples.tsv, line 2: molecule is the text 'DNA': a molecule is dna or rna"),
        ("mpra . dna 1", "mpra 1 . 1", "samples.tsv, line 3: samples 'd1' (line 2) and 'r1' of 'mpra' have a bin and a molecule"),
        ("mpra . dna 2", "mpra . dna 3", "samples.tsv, line 2: replicate '2' of experiment 'mpra' has no dna sample"),
        ("mpra . dna 2", "mpra . dna 1", "samples.tsv, line 2: replicate '1' of experiment 'mpra' has the dna samples d1 and d2"),
        ("mpra . rna 2 . 0", "mpra . rna 2 . 5", "samples.tsv, line 4: samples 'd1' (line 2) and 'r2' of 'mpra' differ in drug"),
    ],
)
def test_each_mistake_names_its_line(read, tmp_path, old, new, message):
    assert SAMPLES.count(old) == 1
    with pytest.raises(InputError) as caught:
        read(SAMPLES.replace(old, new))
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "bins: {library: library.tsv}",
            "bins: {library: library.tsv, filters: {min_dna_counts: 2}}",
            "line 9: 'min_dna_counts' is no filter of sorted bins, as the samples of experiment 'bins' are (",
        ),
        (
            "bc_threshold: 3",
            "min_counts: 3",
            "line 8: 'min_counts' is no filter of RNA and DNA, as the samples of ",
        ),
        ("bc_threshold: 3", "bc_threshold: 0", "line 8: experiments > mpra > filters > bc_threshold must be at least 1, not 0"),
        ("bc_threshold: 3", "min_dna: 3", "line 8: unknown key 'min_dna' in experiments > mpra > filters (did you mean"),
    ],
)
def test_mistakes_in_the_config(read, tmp_path, old, new, message):
    assert CONFIG.count(old) == 1
    with pytest.raises(InputError) as caught:
        read(config=CONFIG.replace(old, new))
    assert message in str(caught.value).replace(f"{tmp_path}/", "")
