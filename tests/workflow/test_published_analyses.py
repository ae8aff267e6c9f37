"""The shipped analyses of published data, with the answers that others have got from them."""

import gzip
import json
import shutil

import pandas as pd
import pytest
from running import ROOT, snakemake

EXPERIMENTS = ("full-wt", "crp-wt", "rnap-wt", "full-500", "full-150", "full-0")
FIT = "lac_thermodynamic.full-wt"


@pytest.fixture(scope="module")
def counted(published_data, project, tmp_path_factory):
    """The results of config/lac_sortseq.yaml up to the tables of variants."""
    work = tmp_path_factory.mktemp("lac")
    reads = f"reads={published_data / 'lac_sortseq/reads.fastq.gz'}"
    config = ("--configfile", project / "config/lac_sortseq.yaml", "--config", reads)
    until = ("--until", "join_variants", "collect_fates")
    done = snakemake(work, *until, "-s", project / "Snakefile", "--cores", 2, *config)
    assert done.code == 0, done.output
    return work / "results/lac_sortseq"


@pytest.mark.slow
@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_variants_are_the_published_counts(counted, published_data, experiment):
    found, published = (
        gzip.decompress((folder / f"{experiment}.tsv.gz").read_bytes())
        for folder in (counted / "variants", published_data / "lac_sortseq/counts")
    )
    assert found == published


@pytest.mark.slow
def test_every_published_read_has_one_fate(counted):
    fates = pd.read_csv(counted / "read_fates.tsv", sep="\t")
    assert list(fates) == ["run", "sample", "fate", "reads"]
    assert fates["reads"].sum() == 308309
    assert fates.loc[(fates["fate"] == "counted") & fates["sample"].isin(["wt1", "wt2"]), "reads"].sum() == 20193


def test_sources_of_the_counts_are_those_of_the_data(published_data):
    files = (ROOT / "config/lac_sortseq/sources.tsv", published_data / "lac_sortseq/SOURCES.tsv")
    ours, theirs = (pd.read_csv(path, sep="\t") for path in files)
    keys = ["repository", "commit", "path", "bytes", "sha256"]
    assert sorted(map(tuple, ours[keys].to_numpy())) == sorted(map(tuple, theirs[keys].to_numpy()))


@pytest.fixture(scope="module")
def fitted(published_data, project, tmp_path_factory):
    """The results of config/mavenn_sortseq.yaml, with the matrices of 2010 from a folder."""
    work = tmp_path_factory.mktemp("mavenn")
    shutil.copytree(published_data / "lac_sortseq/matrices", work / "matrices")
    given = ("--config", f"table={published_data / 'mavenn/sortseq_data.csv.gz'}", "references=matrices")
    config = ("--configfile", project / "config/mavenn_sortseq.yaml")
    done = snakemake(work, "-s", project / "Snakefile", "--cores", 2, *config, *given, timeout=1200)
    assert done.code == 0, done.output
    return work / "results/mavenn_sortseq"


@pytest.mark.slow
def test_fit_is_as_informative_as_that_of_mavenn(fitted):
    """MAVE-NN 1.1.4 reaches 0.700 bit on its own split; more than 0.75 would be more than the reads were seen to hold."""
    summary = json.loads((fitted / f"fits/{FIT}/summary.json").read_text())
    assert 0.700 <= summary["test"]["I_var_bits"] < 0.75
    assert summary["test"]["reads"] == 10214
    assert summary["converged"]


@pytest.mark.slow
def test_matrices_are_those_of_2010(fitted):
    table = pd.read_csv(fitted / f"fits/{FIT}/references.tsv", sep="\t").set_index("site")
    assert set(table["reference"]) == {"Kinney et al. 2010"}
    assert 0.98 <= table.loc["CRP", "r"] < 1
    assert 0.99 <= table.loc["RNAP", "r"] < 1
    assert table["slope"].between(0.5, 2).all()


@pytest.mark.slow
def test_report_of_the_published_analysis(fitted):
    page = (fitted / "report.html").read_text()
    assert FIT in page
    assert "Kinney et al. 2010" in page
    for stem in ("energy_matrices", "measurement", "identifiability", "recovery"):
        assert (fitted / f"figures/{FIT}/{stem}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_splice_sites_of_published_values(published_data, project, tmp_path):
    """Values in RNA letters: neighbours and pairs tell more than single bases."""
    shutil.copytree(project / "config/models", tmp_path / "models")
    quick = (project / "config/mpsa.yaml").read_text().replace("numbering: -3,", "numbering: -3, restarts: 1, ridge: [0.1],")
    (tmp_path / "mpsa.yaml").write_text(quick)
    given = ("--config", f"table={published_data / 'mavenn/mpsa_data.csv.gz'}")
    done = snakemake(tmp_path, "-s", project / "Snakefile", "--cores", 2, "--configfile", "mpsa.yaml", *given)
    assert done.code == 0, done.output
    compared = pd.read_csv(tmp_path / "results/mpsa/comparison.tsv", sep="\t").set_index("fit")
    assert set(compared.index[:2]) == {"splice_site.BRCA2", "splice_neighbour.BRCA2"}
    assert compared.loc["splice_additive.BRCA2", "less_high95_bits"] < 0
    assert "Information about the values" in (tmp_path / "results/mpsa/report.html").read_text()
