"""The small example from end to end: what was put in is found, and every number can be counted again in another way."""

import gzip
import re
from collections import Counter
from itertools import product

import numpy as np
import pandas as pd
import pytest
from running import FIT, snakemake

from cisphys.figures.of_fits import FIT_FIGURES

RESULTS = "results/example"
BINS = [f"ct_{number}" for number in range(10)]
FIT_FILES = {
    "network.tsv": "layer node formula weight meaning unit status values",
    "energy_matrices.tsv": "site position variant_position strand wild_type A C G T",
    "parameters.tsv": "name site value unit low68 high68 low95 high95 method identifiable reason"
    " value_kcal low68_kcal high68_kcal low95_kcal high95_kcal put_in",
    "profiles.tsv": "name unit value rise slope overdispersion",
    "measurement.tsv": "dataset latent density p_0 p_1 p_2 p_3 p_4 p_5 p_6 p_7 p_8 p_9",
    "calibration.tsv": "dataset decile latent variants observations measured observed predicted se z",
    "residuals.tsv": "dataset sequence mutations observations latent best_latent log_likelihood deviance",
    "occupancies.tsv": "dataset group variants latent state occupancy",
    "landscape.tsv": "dataset state bound reference quantity wild_type told rests_on library_2.5 library_16 library_50 library_84"
    " library_97.5",
    "landscape_sites.tsv": "dataset site wild_type rests_on library_2.5 library_16 library_50 library_84 library_97.5"
    " moves_latent",
    "lacking.tsv": "kind what site positions numbered df statistic p q validation_gain gain low95 high95 gain_bits",
    "restarts.tsv": "stage restart ridge spline iterations objective validation_log_likelihood chosen",
    "traces.tsv": "run after stage restart ridge spline iteration method objective promised training_log_likelihood"
    " validation_log_likelihood training_bits validation_bits chosen",
    "recovery.tsv": "name site position base unit true found error low68 high68 low95 high95 covered",
    "recovered_sites.tsv": "site elements r slope rmse covered",
    "references.tsv": "site reference r slope",
    "reference_matrices.tsv": "site reference position A C G T",
}
OTHER_FIT_FILES = ("model.yaml", "parameters.safetensors", "optimum.safetensors", "summary.json", "network.txt")
OTHER_FIT_FILES += ("identifiability.json", "pair_energies.tsv", "cycles.tsv", "matrix_errors.tsv", "parameter_errors.tsv")
OTHER_TABLES = {
    "counts/example.tsv.gz": "sample sequence reads",
    "fates/example.tsv": "run sample fate reads",
    "read_fates.tsv": "run sample fate reads",
    "variants/sim.tsv.gz": " ".join(["sequence", *BINS]),
    f"fits/{FIT}/landscape_plane.tsv.gz": "dataset x_site y_site x y latent variants",
    f"fits/{FIT}/tested.tsv.gz": "dataset sequence observations log_likelihood null_log_likelihood",
}
TABLES = {f"fits/{FIT}/{name}": columns for name, columns in FIT_FILES.items()} | OTHER_TABLES
FIGURES_OF_FIT = [name for name in FIT_FIGURES if name not in ("conditions", "bootstrap", "coverage", "design")]
FIGURES = [*(f"{FIT}/{name}" for name in FIGURES_OF_FIT), "read_fates"]
CHECKS = [f"checks/example{suffix}.tsv" for suffix in ("", ".index_combinations", ".unexpected_indices")]
CHECKS += [f"{name}.tsv" for name in ("index_combinations", "layout_check", "unexpected_indices", "qc")]
CHECKS += ["comparison.tsv", "compared_pairs.tsv"]
QUALITY_FIGURES = ["lorenz", "mutation_rates", "reads_per_bin", "saturation"]
CHECKS += ["qc.json", *(f"quality/{name}.tsv" for name in QUALITY_FIGURES)]
LOGS = {
    "simulate_reads.log": "",
    "count_reads/example.log": "30,000 reads",
    "join_variants/sim.log": "in 10 bins",
    f"fit_model/{FIT}.log": "converged: True",
}
READ = re.compile("(.{7})TAGGCGTATCACGAGGCCCTTTCGTCTTC.*?AGCGCAACGC(.{75})AATTGTGAGC")


@pytest.fixture(scope="module")
def results(finished):
    return finished / RESULTS


def sequences(path):
    """Read the bases of each record of a gzipped FASTQ."""
    with gzip.open(path, "rt") as lines:
        return [line.strip() for number, line in enumerate(lines) if number % 4 == 1]


def sample_of_each_reading(sheet):
    """Return sample by index reading, with at most one mismatch, from the sheet of samples."""
    rows = pd.read_csv(sheet, sep="\t", dtype=str)
    near = {}
    for sample, index in zip(rows["sample"], rows["index"], strict=True):
        for place, letter in product(range(7), "ACGT"):
            near[index[:place] + letter + index[place + 1 :]] = sample
    return near


@pytest.mark.parametrize(("path", "columns"), TABLES.items())
def test_tables_have_the_columns_of_the_interface(results, path, columns):
    table = pd.read_csv(results / path, sep="\t")
    assert " ".join(table.columns) == columns
    assert len(table) > 0


def test_other_files_of_the_interface_are_there(results):
    expected = [f"figures/{stem}.{suffix}" for stem in FIGURES for suffix in ("svg", "pdf", "png")]
    expected += [f"fits/{FIT}/{name}" for name in OTHER_FIT_FILES]
    expected += ["reads/example.fastq.gz", "report.html", *CHECKS]
    expected += [f"figures/quality/{name}.{suffix}" for name in QUALITY_FIGURES for suffix in ("svg", "pdf", "png")]
    found = {str(path.relative_to(results)) for path in results.rglob("*") if path.is_file()}
    assert found == set(TABLES) | set(expected)


@pytest.mark.parametrize(("log", "words"), LOGS.items())
def test_logs_hold_the_messages_of_the_library(finished, log, words):
    assert words in (finished / "logs/example" / log).read_text()


def test_long_rules_leave_a_benchmark(finished):
    for rule, name in (("count_reads", "example"), ("fit_model", FIT)):
        assert float(pd.read_csv(finished / f"benchmarks/example/{rule}/{name}.tsv", sep="\t")["s"][0]) > 0


def test_every_read_has_one_fate(results):
    fates = pd.read_csv(results / "read_fates.tsv", sep="\t")
    assert fates["reads"].sum() == len(sequences(results / "reads/example.fastq.gz")) == 30000
    assert not fates.duplicated(["sample", "fate"]).any()
    counted = fates.loc[fates["fate"] == "counted", "reads"].sum()
    assert counted == pd.read_csv(results / "variants/sim.tsv.gz", sep="\t")[BINS].to_numpy().sum()


def test_variants_are_what_a_regular_expression_counts(finished, results):
    near = sample_of_each_reading(finished / "config/example/samples.tsv")
    found = (READ.match(read) for read in sequences(results / "reads/example.fastq.gz"))
    expected = Counter((match[2], near[match[1]]) for match in found if match and match[1] in near)
    table = pd.read_csv(results / "variants/sim.tsv.gz", sep="\t").set_index("sequence")
    assert table.index.is_monotonic_increasing
    counts = {(sequence, f"sim_bin{number}"): row[number] for sequence, *row in table.itertuples() for number in range(10)}
    assert {key: reads for key, reads in counts.items() if reads} == expected


def test_the_matrices_that_were_put_in_are_found(finished, results):
    """Seeds 1-4 gave r of 0.987-0.996 (CRP) and 0.994-0.998 (RNAP).

    Less is a worse fit; as good as 1 would be a fit that had seen what was put in.
    """
    put_in, found = (
        pd.read_csv(path / "energy_matrices.tsv", sep="\t").set_index("site")[list("ACGT")]
        for path in (finished / "resources/lac_promoter", results / "fits" / FIT)
    )
    told = pd.read_csv(results / "fits" / FIT / "references.tsv", sep="\t").set_index("site")["r"]
    for site, least in (("CRP", 0.975), ("RNAP", 0.985)):
        r = np.corrcoef(put_in.loc[site].to_numpy().ravel(), found.loc[site].to_numpy().ravel())[0, 1]
        assert least < r < 0.9999
        assert told[site] == pytest.approx(r, abs=1e-4)


def test_report_shows_the_fit_and_what_was_put_in(results):
    page = (results / "report.html").read_text()
    assert FIT in page
    assert "put in" in page.lower()


def test_profile_local_is_in_use_and_lets_one_fit_have_the_gpu(finished):
    output = (finished / "output.txt").read_text()
    assert "workflow specific profile workflow/profiles/local" in output
    assert re.search(r"(?m)^Provided resources: .*\bgpu\b.*\b1\b", output)
    assert "Traceback" not in output


def test_second_run_does_nothing(finished):
    again = snakemake(finished, "-n", "--configfile", "config/small.yaml")
    assert again.code == 0
    assert "Nothing to be done" in again.output
