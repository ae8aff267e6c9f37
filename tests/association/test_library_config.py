"""Libraries in the config, association runs in the sheet, and what does not fit together."""

import re
from pathlib import Path

import pytest
import yaml

from cisphys.association.calls import REASONS, Thresholds
from cisphys.config import load_settings
from cisphys.config_files import check_files
from cisphys.errors import InputError
from cisphys.settings import Library
from cisphys.sheets import read_runs, read_samples

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "workflow/schemas"
CONFIG = """\
version: 1
analysis: mine
runs: runs.tsv
samples: samples.tsv
layouts:
  both: "barcode[4] TTTT variant[6]"
  tags: "sample[2] barcode[4]"
libraries:
  pool: {runs: [a1, a2], designed: oligos.fa, min_runs: 2}
experiments:
  tagged: {library: pool}
  given: {library: pool.tsv}
"""
RUNS = "run layout role read1\na1 both association a1.fastq\na2 both association a2.fastq\nc tags . c.fastq\n"
SAMPLES = "sample run index experiment bin\n" + "".join(
    f"s{number} c {index} {experiment} {number % 2}\n"
    for number, (index, experiment) in enumerate([("AA", "tagged"), ("CC", "tagged"), ("GG", "given"), ("TT", "given")])
)


def as_tsv(text):
    return "".join("\t".join("" if part == "." else part for part in line.split(" ")) + "\n" for line in text.splitlines())


@pytest.fixture
def read(tmp_path):
    """Write config and sheets, and read them: settings and runs."""

    def read(config=CONFIG, runs=RUNS, samples=SAMPLES):
        (tmp_path / "config.yaml").write_text(config)
        (tmp_path / "runs.tsv").write_text(as_tsv(runs))
        (tmp_path / "samples.tsv").write_text(as_tsv(samples))
        settings = load_settings(yaml.safe_load(config), tmp_path / "config.yaml", SCHEMAS / "config.schema.yaml")
        found = read_runs(settings, SCHEMAS / "runs.schema.yaml")
        read_samples(settings, found, SCHEMAS / "samples.schema.yaml")
        return settings, found

    return read


def test_libraries(read, tmp_path):
    settings, runs = read()
    assert settings.libraries == {"pool": Library("pool", ("a1", "a2"), tmp_path / "oligos.fa", Thresholds(min_runs=2))}
    assert (settings.experiment("tagged").built, settings.experiment("tagged").library) == ("pool", None)
    assert (settings.experiment("given").built, settings.experiment("given").library) == (None, tmp_path / "pool.tsv")
    assert settings.experiment("tagged").kind == "library"
    assert [run.role for run in runs] == ["association", "association", "counts"]
    with pytest.raises(InputError, match=r"config\.yaml, line 9: there is no .*oligos\.fa"):
        check_files(settings)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[a1, a2]", "[a1, a3]", "config.yaml, line 9: run 'a3' of library 'pool' is not in runs.tsv (did you mean 'a2'?"),
        (
            "[a1, a2]",
            "[a1, c]",
            "config.yaml, line 9: run 'c' of library 'pool' has the role counts. Give it the role association",
        ),
        ("[a1, a2]", "[a1, a1]", "config.yaml, line 9: libraries > pool > runs names the text 'a1' twice"),
        ("[a1, a2]", "[]", "config.yaml, line 9: libraries > pool > runs must hold at least 1 entry, and holds 0"),
        ("runs: [a1, a2], ", "", "config.yaml, line 9: key 'runs' is missing in libraries > pool"),
        ("[a1, a2]", "[a1]", "config.yaml, line 9: library 'pool' asks for pairs in 2 runs, and has 1"),
        ("min_runs: 2", "fraction: 1.5", "config.yaml, line 9: libraries > pool > fraction must be at most 1, not 1.5"),
        (
            "min_runs: 2",
            "min_suport: 2",
            "config.yaml, line 9: unknown key 'min_suport' in libraries > pool (did you mean 'min_support'?",
        ),
        (
            "experiments:",
            "  more: {runs: [a2]}\nexperiments:",
            "config.yaml, line 10: run 'a2' belongs to the libraries 'pool' and 'more'",
        ),
    ],
)
def test_mistakes_in_the_config(read, tmp_path, old, new, message):
    assert CONFIG.count(old) == 1
    with pytest.raises(InputError) as caught:
        read(config=CONFIG.replace(old, new))
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(message)


IN_TWO = CONFIG.replace('both: "barcode[4] TTTT variant[6]"', 'both: {read1: "barcode[4]", read2: "variant[6]"}')


def test_an_association_over_two_reads(read, tmp_path):
    runs = "run layout role read1 read2\na1 both association a1.fastq;b1.fastq a2.fastq;b2.fastq\n"
    _, found = read(IN_TWO, runs + "a2 both association a3.fastq interleaved\nc tags . c.fastq .\n")
    assert found[0].files["read2"] == (tmp_path / "a2.fastq", tmp_path / "b2.fastq")
    assert found[1].files["read2"] == "interleaved"


def test_an_association_that_lacks_its_second_read(read, tmp_path):
    words = r"runs\.tsv, line 2: layout 'both' of run 'a1' reads read2, which the run does not name"
    with pytest.raises(InputError, match=words):
        read(IN_TWO)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("c tags", "a3 both association a3.fastq\nc tags", "runs.tsv, line 4: association run 'a3' belongs to no library"),
        ("a2 both", "a2 tags", "runs.tsv, line 3: layout 'tags' is that of an association run, and has no variant"),
        ("c tags", "c both", "samples.tsv, line 2: sample 's0' has an index, but layout 'both' of its run has no sample element"),
    ],
)
def test_mistakes_in_the_run_sheet(read, tmp_path, old, new, message):
    assert RUNS.count(old) == 1
    with pytest.raises(InputError) as caught:
        read(runs=RUNS.replace(old, new))
    assert str(caught.value).replace(f"{tmp_path}/", "").startswith(message)


def test_a_sample_in_an_association_run(read, tmp_path):
    with pytest.raises(InputError, match=r"samples\.tsv, line 3: sample 's1' is in run 'a1', whose role is association"):
        read(samples=SAMPLES.replace("s1 c CC", "s1 a1 CC"))


def test_a_run_to_count_has_one_element_to_count(read):
    config = CONFIG.replace('tags: "sample[2] barcode[4]"', 'tags: "sample[2] barcode[4] variant[4]"')
    with pytest.raises(InputError, match=r"samples\.tsv, line 2: layout 'tags' of run 'c' has a barcode and a variant"):
        read(config=config)


def test_the_readme_tells_each_reason():
    readme = (ROOT / "config/README.md").read_text()
    table = readme.partition("- **Rejected barcodes**")[2].partition("- **Sweep**")[0]
    assert re.findall(r"(?m)^  \| `(\w+)` \| (.*) \|$", table) == list(REASONS.items())
