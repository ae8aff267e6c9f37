"""Published files, downloaded from a server on this machine: counts wrapped back into reads, and reference matrices."""

import hashlib

import pandas as pd
import pytest
from running import files_below, planned, served, snakemake
from small_analysis import ONE_SITE, change, write_analysis, write_counts

VARIANTS = {"ACGTACGAA": (3, 0), "ACGTACGAC": (1, 2), "TCGTACGAA": (0, 4)}
TABLE = "results/tiny/variants/one.tsv.gz"


def sha256(path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def web(tmp_path):
    """A folder to serve, with a published table of counts for each bin; give it and its address."""
    folder = tmp_path / "web"
    for number in (0, 1):
        place = folder / "someone/counts/abc123/data"
        place.mkdir(parents=True, exist_ok=True)
        rows = [f"{counts[number]:>6} {sequence}\n" for sequence, counts in VARIANTS.items() if counts[number]]
        (place / f"bin_{number}.txt").write_text("ct seq\n" + "".join(rows))
    with served(folder) as address:
        yield folder, address


@pytest.fixture
def analysis(tmp_path, web):
    """The tiny analysis, its reads made of the published counts."""
    folder = write_analysis(tmp_path / "work")
    web_folder, address = web
    (folder / "reads.fastq.gz").unlink()
    change(folder / "runs.tsv", "reads.fastq.gz", "")
    published = f"published_counts: {{run: pool, sources: sources.tsv, base_url: '{address}'}}"
    change(folder / "config.yaml", "models:", f"{published}\nmodels:")
    rows = ["experiment\tbin\trepository\tcommit\tpath\tbytes\tsha256"]
    for number in (0, 1):
        path = f"data/bin_{number}.txt"
        file = web_folder / "someone/counts/abc123" / path
        rows.append(f"one\t{number}\tsomeone/counts\tabc123\t{path}\t{file.stat().st_size}\t{sha256(file)}")
    (folder / "sources.tsv").write_text("\n".join(rows) + "\n")
    return folder


def call(folder, project, *targets):
    return snakemake(folder, *targets, "-s", project / "Snakefile", "--cores", 1, "--configfile", "config.yaml")


def test_published_counts_come_back_exactly(analysis, project):
    done = call(analysis, project, TABLE, "results/tiny/read_fates.tsv")
    assert done.code == 0, done.output
    table = pd.read_csv(analysis / TABLE, sep="\t")
    assert {sequence: tuple(counts) for sequence, *counts in table.itertuples(index=False)} == VARIANTS
    fates = pd.read_csv(analysis / "results/tiny/read_fates.tsv", sep="\t")
    assert fates.loc[fates["fate"] == "counted", "reads"].sum() == fates["reads"].sum() == 10
    assert planned(call(analysis, project, TABLE, "-n")) == {}


def test_reads_at_hand_are_not_downloaded(analysis, project):
    reads = write_analysis(analysis.parent / "other") / "reads.fastq.gz"
    plan = planned(call(analysis, project, TABLE, "-n", "--config", f"reads={reads}"))
    assert plan == {"check_reads": 1, "count_reads": 1, "join_variants": 1}


def test_another_file_than_was_meant_is_refused(analysis, project, web):
    path = web[0] / "someone/counts/abc123/data/bin_1.txt"
    meant = sha256(path)
    path.write_text("ct seq\n     9 ACGTACGAA\n")
    done = call(analysis, project, TABLE)
    assert done.code == 1
    assert f"the file's SHA-256 is {sha256(path)}, where {meant} was expected" in done.output
    assert "Traceback" not in done.output
    assert "bin_1.txt: the file's SHA-256" in (analysis / "logs/tiny/download_table/one.1.log").read_text()
    assert set(files_below(analysis / "results/tiny")) <= {"published/one/0.txt"}


@pytest.mark.slow
def test_reference_is_downloaded_when_asked_for(tmp_path, project, web):
    """The fit is to a table of counts; its reference matrix has an address and a hash."""
    web_folder, address = web
    matrix = web_folder / "a_matrix.txt"
    rows = [f"{n}\t{n % 3}\t1.0\t{n % 2}\t0.5\n" for n in range(7)]
    matrix.write_text("pos\tpar_A\tpar_C\tpar_G\tpar_T\n" + "".join(rows))
    folder = write_analysis(tmp_path / "work")
    write_counts(folder / "table.tsv")
    (folder / "net.yaml").write_text(ONE_SITE)
    reference = f"name: Someone 2020, url: '{address}/a_matrix.txt', sha256: {sha256(matrix)}"
    config = f"""\
version: 1
analysis: tiny
device: cpu
experiments: {{one: {{table: table.tsv}}}}
models: {{net: net.yaml}}
fits: [{{model: net, experiments: [one], restarts: 1, ridge: [1.0], spline: [6], references: {{P: {{{reference}}}}}}}]
"""
    (folder / "config.yaml").write_text(config)
    fit = "results/tiny/fits/net.one"
    assert "download_reference" not in planned(call(folder, project, "-n"))
    done = call(folder, project, f"{fit}/references.tsv", "--config", "references=download")
    assert done.code == 0, done.output
    assert (folder / "results/tiny/references/a_matrix.txt").read_bytes() == matrix.read_bytes()
    table = pd.read_csv(folder / fit / "references.tsv", sep="\t")
    assert table[["site", "reference"]].to_numpy().tolist() == [["P", "Someone 2020"]]
