"""Made-up results of an analysis: tables as the workflow writes them, for tests of figures and of the report."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from cisphys.quality.metrics import METRICS, Limits, Measurement, judge
from cisphys.tables import write_table

COMPLEMENT = str.maketrans("ACGT", "TGCA")
LETTERS = list("ACGT")
VARIANT_LENGTH = 160
LONG_NAMES = (
    "a_transcription_factor_whose_name_is_as_long_as_anyone_would_ever_make_it",
    "RNA_polymerase_with_sigma_factor_seventy_and_its_extended_minus_ten_element",
    '"><script>alert(1)</script>',
)
# name, start, stop, strand: widths 5, 60 and 26, the last one on the minus strand and overlapping the one before
LONG_SITES = (
    (LONG_NAMES[0], 12, 17, "+"),
    (LONG_NAMES[1], 60, 120, "+"),
    (LONG_NAMES[2], 110, 136, "-"),
)
FATES = ("bad_length", "constant_missing", "no_sample", "ambiguous_sample", "has_n", "counted")


def wild_type(length: int = VARIANT_LENGTH) -> str:
    """Return a wild-type variant."""
    return "".join(np.random.default_rng(3).choice(LETTERS, length))


def matrices(sites: Sequence[tuple[str, int, int, str]] = LONG_SITES, variant: str | None = None) -> pd.DataFrame:
    """Return energy_matrices.tsv of sites (name, start, stop, strand): kT, zero-sum per position."""
    return pd.concat([_site_rows(*site, variant or wild_type()) for site in sites], ignore_index=True)


def _site_rows(name: str, start: int, stop: int, strand: str, variant: str) -> pd.DataFrame:
    positions, bases = list(range(start, stop)), variant[start:stop]
    if strand == "-":
        positions, bases = positions[::-1], bases[::-1].translate(COMPLEMENT)
    theta = energies(name, stop - start)
    table = pd.DataFrame({"site": name, "position": range(len(bases)), "variant_position": positions, "strand": strand})
    return table.assign(wild_type=list(bases), **{letter: theta[:, b] for b, letter in enumerate(LETTERS)})


def energies(name: str, length: int) -> np.ndarray:
    """Return energies (length, 4) in kT that sum to zero per position."""
    random = np.random.default_rng(len(name))
    theta = random.gamma(1, 0.6, (length, 4)) * random.uniform(0.1, 1.4, (length, 1))
    return theta - theta.mean(1, keepdims=True)


def measurement(bins: dict[str, int], points: int = 200) -> pd.DataFrame:
    """Return measurement.tsv of datasets with so many gates each, besides the unsorted library."""
    return pd.concat([_measured(name, gates, points) for name, gates in bins.items()], ignore_index=True)


def measured_curve(name: str, kind: str, points: int = 200) -> pd.DataFrame:
    """Return measurement.tsv of one dataset of ``rna_dna`` or ``continuous``."""
    latent = np.linspace(-4, 4, points)
    table = pd.DataFrame({"dataset": name, "latent": latent, "density": np.exp(-(latent**2) / 2) / 2.5})
    if kind == "rna_dna":
        return table.assign(rna_per_dna=np.exp(np.tanh(latent)))
    return table.assign(y=latent, low68=latent - 1, high68=latent + 1, low95=latent - 2, high95=latent + 2)


def _measured(name: str, gates: int, points: int) -> pd.DataFrame:
    latent = np.linspace(-6, 5, points)
    gate = np.arange(1, gates + 1)
    centre = 1 + (gates - 1) / (1 + np.exp(-latent))
    p = np.exp(-((gate - centre[:, None]) ** 2) / 2)
    p *= 0.9 / p.sum(1, keepdims=True)
    density = np.exp(-(latent**2) / 6)
    density /= density.sum() * (latent[1] - latent[0])
    columns = {f"p_{number}": p[:, number - 1] for number in gate}
    return pd.DataFrame({"dataset": name, "latent": latent, "density": density, "p_0": 0.1, **columns})


def read_fates(samples: Sequence[str], run: str = "run1") -> pd.DataFrame:
    """Return read_fates.tsv of one run; the n-th sample has 1000 n counted reads, 50 n with a missing constant, 3 with an N."""
    rows = []
    for number, sample in enumerate(samples, start=1):
        reads = {"constant_missing": 50 * number, "has_n": 3, "counted": 1000 * number}
        rows += [(run, sample, fate, reads.get(fate, 0)) for fate in FATES]
    reads = {"no_sample": 700, "bad_length": 40}
    rows += [(run, "-", fate, reads.get(fate, 0)) for fate in FATES]
    return pd.DataFrame(rows, columns=["run", "sample", "fate", "reads"])


def quality(samples: Sequence[str], datasets: dict[str, int]) -> pd.DataFrame:
    """Return qc.tsv; the n-th sample has 1050 n + 3 reads, and its saturation is told but not judged."""
    rows = [Measurement("counted", "run", "run1", 0.94)]
    for number, sample in enumerate(samples, start=1):
        rows += [Measurement("reads", "sample", sample, 1050 * number + 3)]
        rows += [Measurement("saturation", "sample", sample, 0.5, judged=False, words="10 more reads would give about 3 more")]
    rows += [Measurement("gini", "sample", sample, 0.1 * number) for number, sample in enumerate(samples[:9], start=1)]
    rows += [Measurement("mutation_rate", "dataset", dataset, None) for dataset in datasets]
    limits = {"counted": (0.7, 0.4), "reads": (5000, 1000), "gini": (0.5, 0.85)}
    return judge(rows, {metric: Limits(*limits.get(metric, (None, None))) for metric in METRICS})


def read_checks(run: str, samples: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return layout_check.tsv, unexpected_indices.tsv and index_combinations.tsv of a run of two samples.

    Each sample has parts of its own; 3 of 103 readings are combinations of no sample.
    """
    unexpected = [
        ("TTTT+AAAA", 900, 0.9, samples[0], 6),
        ("TTTT+AAAC", 8, 0.008, samples[1], 5),
        ("GGGG+AAAA", 7, 0.007, "-", None),
    ]
    unexpected.append(("CCCC+GGGG", 1, 0.00009, samples[0], 8))
    combinations = [("AC+GT", samples[0], 70), ("AC+TG", "-", 2), ("CA+GT", "-", 1), ("CA+TG", samples[1], 30)]
    return {
        "layout_check": pd.DataFrame(
            [(run, 50000, 0.62, "91 % fit if read1 is reverse-complemented")],
            columns=["run", "reads", "share_that_fits", "would_fit"],
        ),
        "unexpected_indices": pd.DataFrame(
            [(run, *row) for row in unexpected], columns=["run", "index", "reads", "share", "nearest_sample", "mismatches"]
        ),
        "index_combinations": pd.DataFrame(
            [(run, *row, row[2] / 1000) for row in combinations], columns=["run", "index", "sample", "reads", "share"]
        ),
    }


LIBRARY = {
    "reads": 40000,
    "reads_unknown": 37,
    "reads_ambiguous": 2,
    "barcodes": 3600,
    "called": 3149,
    "rejected_few_runs": 0,
    "rejected_no_variant": 1,
    "rejected_tie": 23,
    "rejected_low_support": 427,
    "rejected_a_new_reason": 5,
    "variants": 190,
    "designed_variants": 200,
    "barcodes_per_variant": 16.5,
    "expected_collisions": 12.25,
    "two_variants_seen": 14,
}


def sweep() -> pd.DataFrame:
    """Return sweep.tsv of a library."""
    rows = [(support, fraction, 100 // support, 50 // support) for support in (1, 3, 10) for fraction in (0.5, 0.75)]
    return pd.DataFrame(rows, columns=["min_support", "fraction", "barcodes", "variants"])


def filters() -> pd.DataFrame:
    """Return filters/<dataset>.tsv of two replicates."""
    steps = [("counted", None, 1000, 90), ("min_dna_counts", 1, 100, 5), ("a_new_filter", 3, 20, 1), ("kept", None, 880, 84)]
    rows = [(replicate, *step, 20000 * replicate, 30000) for replicate in (1, 2) for step in steps]
    return pd.DataFrame(rows, columns=["replicate", "step", "limit", "barcodes", "variants", "dna", "rna"])


PARAMETERS = """name site value unit low68 high68 low95 high95 method identifiable reason
interaction.{0}.{1} {0}+{1} -4.25 kT -5.1 -3.4 -6.0 -2.7 profile_likelihood yes
mu.{0} {0} 1.5 kT 1.1  0.8  profile_likelihood weakly the_likelihood_does_not_bound_it_above
mu.{1} {1}  kT      no p(bin_|_latent)_takes_it_up
t_sat   1/time      no sorted_bins_do_not_tell_the_bounds
"""


def parameters(first: str, second: str, put_in: float | None) -> pd.DataFrame:
    """Return parameters.tsv of two sites whose interaction was `put_in` (None: the reads were not simulated)."""
    lines = [line.split(" ") for line in PARAMETERS.format(first, second).splitlines()]
    table = pd.DataFrame([line + [""] * (len(lines[0]) - len(line)) for line in lines[1:]], columns=lines[0])
    table["reason"] = table["reason"].str.replace("_", " ")
    table = table.replace("", None)
    return table if put_in is None else table.assign(put_in=[put_in, *[None] * (len(table) - 1)])


def model(sites: Sequence[tuple[str, int, int, str]]) -> dict:
    """Return a model in which every site binds alone, the first two also together, and the second transcribes."""
    names = [site[0] for site in sites]
    states = {"empty": [], **{f"only {name}": [name] for name in names}, "both": names[:2]}
    return {
        "version": 1,
        "type": "thermodynamic",
        "description": "A made-up promoter & its <sites>.",
        "variant_length": VARIANT_LENGTH,
        "sites": {name: {"start": start, "stop": stop, "strand": strand} for name, start, stop, strand in sites},
        "interactions": [names[:2]],
        "states": states,
        "transcribes": [f"only {names[1]}", "both"],
    }


def summary(fit: str, datasets: dict[str, int]) -> dict:
    """Return summary.json."""
    told = {"reads": 30000, "variants": 20000, "log_likelihood": -41000.5, "I_var_bits": 0.71, "I_var_se_bits": 0.01}
    return {
        "fit": fit,
        "datasets": {name: {"bins": list(range(gates + 1)), "conditions": {}} for name, gates in datasets.items()},
        "wild_type": wild_type(),
        "seed": 1,
        "config_sha256": "ab" * 32,
        "versions": {"numpy": "2.4.6", "torch": "2.13.0"},
        "ridge": 0.03,
        "spline": 12,
        "converged": True,
        "training": told,
        "validation": told | {"reads": 10000, "I_var_bits": 0.69},
        "test": told | {"reads": 9000, "I_var_bits": 0.68},
        "mirrors": [{"swapped": [LONG_NAMES[0]], "reverses_transcription": False}],
        "canonical": "the one where mutants bind more weakly",
        "replicates": {},
        "parameters": 312,
        "calibration": {name: {"chi_square": 80.3, "degrees_of_freedom": 82, "p": 0.53} for name in datasets},
        "predictive": {name: {"observations": 9000, "I_pred_bits": 0.7, "I_pred_sd_bits": 0.01} for name in datasets},
        "intrinsic": {},
        "numbering": -120,
    }


def identifiability(site: str) -> dict:
    """Return identifiability.json, as much of it as is shown."""
    direction = {"eigenvalue": 1.5, "error_kT": 0.8241, "of": {f"mu.{site}": 1.0}, "words": f"0.78 mu.{site} - 0.42 mu.P"}
    return {
        "null": [{"kind": "absorbed", "curve": "fitted", "of": {"mu.P": 1.0}, "words": "mu.P: p(bin | latent) takes it up"}],
        "mirrors": [
            {"swapped": [site], "exact": True, "words": f"bound and unbound exchanged for {site}: nothing tells them apart"}
        ],
        "unseen": [],
        "named": {"directions": [direction]},
        "pinned": [],
    }


def residuals(datasets: dict[str, int]) -> pd.DataFrame:
    """Return residuals.tsv: one variant of each dataset, that of the last the wild type."""
    rows = [(name, "ACGT", "A3C" if name != list(datasets)[-1] else "", 3, -0.25, 1.64, -11.15, 16.67) for name in datasets]
    columns = "dataset sequence mutations observations latent best_latent log_likelihood deviance"
    return pd.DataFrame(rows, columns=columns.split())


def shared(**better: str) -> pd.DataFrame:
    """Return shared.tsv of a joint fit; `better` is what is said of each dataset, and of all."""
    rows = [(name, 1200, 1300, -100.0, -98.5, -1.5, 1.0, -3.5, 0.5, word) for name, word in better.items()]
    columns = "dataset variants observations joint separate gained se low95 high95 better"
    return pd.DataFrame(rows, columns=columns.split())


def restarts() -> pd.DataFrame:
    """Return restarts.tsv."""
    columns = ["stage", "restart", "ridge", "spline", "iterations", "objective", "validation_log_likelihood", "chosen"]
    rows = [("start", 0, 0.1, 12, 14, 40123.5, -13400.1, "no"), ("choice", 0, 0.03, 12, 5, 40120.25, -13390.2, "yes")]
    return pd.DataFrame(rows, columns=columns)


def references(sites: Sequence[tuple[str, int, int, str]]) -> dict[str, tuple[str, np.ndarray]]:
    """Return a reference for every site: the same energies, 1.25 times as large."""
    return {name: (f"put in: {name}", 1.25 * energies(name, stop - start)) for name, start, stop, _ in sites}


def comparison(best: str, *others: str, values: bool = False) -> pd.DataFrame:
    """Return comparison.tsv of fits, each 0.02 bit worse than the one before; of sorted bins with a ceiling, or of values."""
    same = {"group": 1, "datasets": "one", "variants": 1200, "observations": 1300, "null_log_likelihood": -1.6}
    same |= {"I_pred_bits": 0.5, "I_pred_sd_bits": 0.01, "I_int_low_bits": None, "I_int_high_bits": None}
    rows = []
    for rank, fit in enumerate((best, *others)):
        row = {"fit": fit, "letters": "ab"[min(rank, 1)], "parameters": 300 + rank, "log_likelihood": -1.2345 - 0.0139 * rank}
        row |= {"I_var_bits": None, "I_var_se_bits": None, "gained_bits_per_parameter": 2.5}
        row |= {} if values else {"I_var_bits": 0.52 - 0.02 * rank, "I_var_se_bits": 0.01, "I_int_high_bits": 0.6}
        less = {"less_bits": -0.02, "less_se_bits": 0.004, "less_low95_bits": -0.0281, "less_high95_bits": -0.0119}
        rows.append(same | row | {name: value + 0.02 - 0.02 * rank if rank else None for name, value in less.items()})
    numbers = [name for name in rows[0] if name not in ("group", "fit", "letters", "datasets", "variants", "observations")]
    return pd.DataFrame(rows).astype(dict.fromkeys(numbers, float)).astype({"parameters": int})


def calibration(gates: dict[str, int], measured: Sequence[str] = ()) -> pd.DataFrame:
    """Return calibration.tsv of datasets with so many gates, and of others named by what is measured in them."""
    kinds = {name: [f"p_{number}" for number in range(count + 1)] for name, count in gates.items()}
    kinds |= {f"of {name}": [name] for name in measured}
    rows = [
        (name, group, float(group), 100, 130, quantity, 0.1 + 0.01 * (group % 3), 0.11, 0.01, group % 3 - 1.0)
        for name, quantities in kinds.items()
        for group in range(1, 11)
        for quantity in quantities
    ]
    columns = "dataset decile latent variants observations measured observed predicted se z"
    return pd.DataFrame(rows, columns=columns.split())


def write_fit(folder: Path, name: str, with_references: bool, datasets: dict[str, int]) -> None:
    """Write the folder of a fit."""
    folder.mkdir(parents=True)
    (folder / "model.yaml").write_text(json.dumps(model(LONG_SITES)))
    (folder / "summary.json").write_text(json.dumps(summary(name, datasets)))
    (folder / "parameters.safetensors").write_bytes(b"")
    (folder / "identifiability.json").write_text(json.dumps(identifiability(LONG_NAMES[2])))
    compared = [(site[0], f"put in: {site[0]}", 0.98765, 0.8) for site in LONG_SITES] if with_references else []
    tables = {
        "energy_matrices": matrices(),
        "measurement": measurement(datasets),
        "parameters": parameters(*LONG_NAMES[:2], -4.0 if with_references else None),
        "restarts": restarts(),
        "residuals": residuals(datasets),
        "references": pd.DataFrame(compared, columns=["site", "reference", "r", "slope"]),
        "pair_energies": pd.DataFrame(columns=["site", "position", "base", "second_position", "second_base", "energy"]),
        "cycles": pd.DataFrame(columns=["dataset", "quantity", "cycle", "formula", "value", "unit", "reason"]),
    }
    for table, rows in tables.items():
        write_table(rows, folder / f"{table}.tsv")
