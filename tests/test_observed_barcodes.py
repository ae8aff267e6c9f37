"""Experiments of barcodes without a library, and layouts of merged mates: what config and sheets must agree on."""

from pathlib import Path

import pytest
import yaml

from cisphys.config import load_settings
from cisphys.datasets import datasets
from cisphys.errors import InputError
from cisphys.sheets import read_runs, read_samples

SCHEMAS = Path(__file__).parents[1] / "workflow/schemas"
CONFIG = """\
version: 1
analysis: mine
runs: runs.tsv
samples: samples.tsv
layouts:
  pool: {index1: "sample[4]~1", merged: "barcode[20]"}
experiments:
  tags: {barcodes: observed, cluster_ratio: 5}
models: {net: net.yaml}
fits: []
"""
RUNS = "run\tlayout\tread1\tread2\tindex1\npool\tpool\ta.fastq\tb.fastq\ti.fastq\n"
SAMPLES = "sample\trun\tindex\texperiment\tbin\nlow\tpool\tAACC\ttags\t0\nhigh\tpool\tGGTT\ttags\t1\n"


@pytest.fixture
def read(tmp_path):
    def read(old="", new=""):
        texts = {
            name: text.replace(old, new) if old else text
            for name, text in {"config.yaml": CONFIG, "runs.tsv": RUNS, "samples.tsv": SAMPLES}.items()
        }
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        config = yaml.safe_load(texts["config.yaml"])
        settings = load_settings(config, tmp_path / "config.yaml", SCHEMAS / "config.schema.yaml")
        runs = read_runs(settings, SCHEMAS / "runs.schema.yaml")
        return runs, datasets(settings, read_samples(settings, runs, SCHEMAS / "samples.schema.yaml"))

    return read


def test_barcodes_make_a_dataset_of_their_own(read):
    (run,), (dataset,) = read()
    assert [path.name for path in run.paths] == ["a.fastq", "b.fastq", "i.fastq"]
    assert (dataset.name, dataset.samples) == ("tags", (("low", 0), ("high", 1)))


def test_interleaved_mates_can_be_merged(read):
    (run,), _ = read("b.fastq", "interleaved")
    assert run.files["read2"] == "interleaved"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "b.fastq",
            "",
            "runs.tsv, line 2: layout 'pool' of run 'pool' reads read2, which the run does not name.",
        ),
        (
            "barcode[20]",
            "barcode[20]~1",
            "samples.tsv, line 2: layout 'pool' of run 'pool' allows mismatches to the barcodes",
        ),
        (
            "barcode[20]",
            "variant[20]",
            "samples.tsv, line 2: experiment 'tags' counts barcodes, but layout 'pool' of run 'pool' has",
        ),
        (
            "fits: []",
            "fits: [{model: net, experiments: [tags]}]",
            "config.yaml, line 10: fit 'net.tags' covers experiment 'tags', whose barcodes stand for no known variants. Give",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(read, tmp_path, old, new, message):
    with pytest.raises(InputError) as caught:
        read(old, new)
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(message)
