"""The tables of a fit: energy matrices, p(bin | latent), the search, the references (parameters: `parameter_table`)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
import torch

from cisphys.dna import LETTERS
from cisphys.inference.fit import Fit
from cisphys.inference.problem import Problem
from cisphys.models.reference import agreement
from cisphys.models.sites import Placement

MATRIX_COLUMNS = ["site", "position", "variant_position", "strand", "wild_type", *LETTERS]
PAIR_COLUMNS = ["site", "position", "base", "second_position", "second_base", "energy"]
GRID = 200  # points of the measurement table


def energy_matrices(fit: Fit) -> pd.DataFrame:
    """Return the table ``site position variant_position strand wild_type A C G T``: kT, zero-sum per position.

    A base that no training variant has at a position is empty, and left out of the mean.
    """
    network, parts = fit.network, [pd.DataFrame(columns=MATRIX_COLUMNS)]
    for number, block in enumerate(network.blocks):
        design = fit.problem.terms[0].design
        theta, _ = design.features[number].split(_zero_sum(fit, number))
        places = [place for place in network.placements if place.block == number]
        parts.append(_matrix_rows(block.name, places, theta, [LETTERS[base] for base in design.zeros[number]]))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def pair_table(fit: Fit) -> pd.DataFrame:
    """Return ``site position base second_position second_base energy`` of energies of pairs of bases: kT, zero-sum."""
    parts = [pd.DataFrame(columns=PAIR_COLUMNS)]
    for number, block in enumerate(fit.network.blocks):
        features = fit.problem.terms[0].design.features[number]
        parts.append(features.pair_table(_zero_sum(fit, number)).assign(site=block.name))
    return pd.concat(parts[1:] or parts, ignore_index=True)[PAIR_COLUMNS]


def _zero_sum(fit: Fit, number: int) -> np.ndarray:
    """Return all elements of a block in the zero-sum gauge; those that no training variant has are NaN."""
    design = fit.problem.terms[0].design
    features, own, zero = design.features[number], design.slices[number], design.zeros[number]
    bases = seen_bases(fit.problem, number)
    left, right = features.pairs.T
    shown = np.concatenate([bases.ravel(), (bases[left][:, :, None] & bases[right][:, None, :]).ravel()])
    whole = features.to_zero_sum(zero, bases) @ fit.best.p[own].numpy(force=True)
    return np.where(shown, whole, np.nan)


def seen_bases(problem: Problem, number: int) -> np.ndarray:
    """Return which bases of a block are the wild type's or are in any training variant, (length, 4)."""
    design = problem.terms[0].design
    features, own, zero = design.features[number], design.slices[number], design.zeros[number]
    seen = features.embedding(zero) @ np.any([term.design.seen[own] for term in problem.terms], axis=0)
    return features.split(seen)[0] + (np.arange(4) == zero[:, None]) > 0


def _matrix_rows(name: str, places: Sequence[Placement], theta: np.ndarray, wild_type: list[str]) -> pd.DataFrame:
    """Return the rows of one matrix; `variant_position` is empty where it is read at several places."""
    within, place = np.arange(len(theta)), places[0]
    on_variant = place.start + within if place.strand == "+" else place.stop - 1 - within
    on_variant = pd.array(on_variant if len(places) == 1 else [pd.NA] * len(within), dtype="Int64")
    strand = place.strand if len({each.strand for each in places}) == 1 else "both"
    rows = {"site": name, "position": within, "variant_position": on_variant, "strand": strand, "wild_type": wild_type}
    return pd.DataFrame(rows | {letter: theta[:, base] for base, letter in enumerate(LETTERS)})


def measurement_table(fit: Fit) -> pd.DataFrame:
    """Return ``dataset latent density`` and each process's own columns: what is measured where 99.8 % of the variants lie.

    These are p_<bin>, or rna_per_dna, or y with low68, high68, low95, high95; `density` is that of the training data.
    """
    return pd.concat([_measured(fit, index) for index in range(len(fit.problem.terms))], ignore_index=True)


def _measured(fit: Fit, index: int) -> pd.DataFrame:
    term, latent = fit.problem.terms[index], fit.best.at.latents[index]
    bounds = np.quantile(latent.v.numpy(force=True), [0.001, 0.999])
    edges = np.linspace(*bounds, GRID + 1)
    v = (edges[1:] + edges[:-1]) / 2
    share = np.histogram(latent.v.numpy(force=True), edges, weights=term.process.share.numpy(force=True))[0]
    sd = float(latent.sd)
    density = share / ((edges[1] - edges[0]) * sd)
    curves = term.process.curves(fit.best.p[term.beta], torch.as_tensor(v))
    columns = {"dataset": term.name, "latent": v * sd + float(latent.mean), "density": density}
    return pd.DataFrame(columns | {name: values.numpy(force=True) for name, values in curves.items()})


def trial_table(fit: Fit) -> pd.DataFrame:
    """Return every start and every step of the choice of ridge and splines."""
    table = pd.DataFrame([asdict(trial) for trial in fit.trials])
    return table.assign(chosen=table["chosen"].map({True: "yes", False: "no"}))


def trace_table(fit: Fit) -> pd.DataFrame:
    """Return every step of every optimisation, with what it tells of the observations beyond a model that sees no sequence, in
    bits per observation.
    """
    table = pd.DataFrame([asdict(step) for step in fit.traces]).astype({"after": "Int64"})
    for part in ("training", "validation"):
        told = fit.information[part]
        table[f"{part}_bits"] = (table[f"{part}_log_likelihood"] - told.null_log_likelihood) / np.log(2) / told.reads
    chosen = table.pop("chosen").map({True: "yes", False: "no"})
    return table.assign(chosen=chosen)


def reference_table(matrices: pd.DataFrame, references: Mapping[str, tuple[str, np.ndarray]]) -> pd.DataFrame:
    """Return ``site reference r slope``; slope is of fitted on reference."""
    rows = []
    for site, (name, matrix) in references.items():
        fitted = matrices.loc[matrices["site"] == site, list(LETTERS)].to_numpy(float)
        rows.append((site, name, *agreement(fitted, matrix)))
    return pd.DataFrame(rows, columns=["site", "reference", "r", "slope"])


def reference_matrix_table(references: Mapping[str, tuple[str, np.ndarray]]) -> pd.DataFrame:
    """Return ``site reference position A C G T`` of what was compared with: kT, zero-sum per position."""
    parts = [
        pd.DataFrame({"site": site, "reference": name, "position": range(len(matrix))}).assign(
            **dict(zip(LETTERS, matrix.T, strict=True))
        )
        for site, (name, matrix) in references.items()
    ]
    columns = ["site", "reference", "position", *LETTERS]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
