"""Recovery: measurements are drawn from a fit and fitted again, to see whether what was put in is found, within its intervals.

The truth is the fit's optimum without ridge. All variants are drawn anew at the same depth and fitted from random starts, so that
what is found has passed through the search, the choice among mirror images, and the profiles.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from cisphys.dna import LETTERS, decode
from cisphys.inference.dataset import Dataset
from cisphys.inference.error_tables import scale_is_known
from cisphys.inference.fit import Fit, fit_network
from cisphys.inference.parameter_table import parameter_table
from cisphys.inference.problem import Problem
from cisphys.inference.quantities import SCALE
from cisphys.inference.sandwich import covariances
from cisphys.inference.search import FitOptions
from cisphys.inference.simulated import Source, drawn, unshrunk
from cisphys.log import logger
from cisphys.models.spec import LINEAR
from cisphys.progress import Step, unseen
from cisphys.units import AT_SCALE, KT, OF_LATENT

LEVELS = {"68": 0.9945, "95": 1.96}  # standard errors
ENDS = [f"{side}{level}" for level in LEVELS for side in ("low", "high")]
NUMBERS = ["true", "found", "error", *ENDS]
COLUMNS = ["name", "site", "position", "base", "unit", *NUMBERS, "covered"]
SUMMARY_COLUMNS = ["site", "elements", "r", "slope", "rmse", "covered"]


def recover(
    truth: Source,
    datasets: Sequence[Dataset],
    options: FitOptions,
    seed: Sequence[int],
    report: Callable[[str], None] = logger.info,
    progress: Step = unseen,
) -> pd.DataFrame:
    """Draw all variants' measurements from the truth, fit them, and return `recovery_table`; `seed` is of what is drawn.

    `report` and `progress` are told of the fit, as by `fit_network`.
    """
    spec = truth.problem.network.spec
    spec = replace(spec, wild_type=decode(truth.problem.reference, spec.alphabet))  # elements are told against one base
    again = drawn(truth, datasets, np.random.default_rng(seed))
    return recovery_table(truth, fit_network(spec, again, options, report, progress))


def recovery_table(truth: Source, found: Fit) -> pd.DataFrame:
    """Return ``name site position base unit true found error low68 high68 low95 high95 covered``; `covered` is by the 95 %.

    Named parameters have their profile intervals; matrix elements, ddG against the wild type, those of their standard errors at
    the optimum without ridge, around the value there. `position` counts from 0 in the matrix; an element of two bases has both
    positions and both bases. What the fit calls not identifiable, and bases that no training variant has, are left out.
    """
    parts = [part.astype(dict.fromkeys(NUMBERS, float)) for part in (_named(truth, found), _elements(truth, found))]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(covered=holds(table, "95").map({True: "yes", False: "no"}))[COLUMNS]


def holds(table: pd.DataFrame, level: str) -> pd.Series:
    """Return whether each interval of a `recovery_table` holds the truth; an interval may be open."""
    low, high = table[f"low{level}"].fillna(-np.inf), table[f"high{level}"].fillna(np.inf)
    return (low <= table["true"]) & (table["true"] <= high)


def recovery_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Return ``site elements r slope rmse covered`` of a `recovery_table`'s matrix elements.

    `slope` is that of found on true, `rmse` in the elements' unit, `covered` the share of intervals that hold the truth.
    """
    rows = []
    for site, own in table[table["base"] != ""].groupby("site", sort=False):
        true, got = own["true"].to_numpy(), own["found"].to_numpy()
        r = float(np.corrcoef(true, got)[0, 1]) if len(own) > 1 else np.nan
        rmse = float(np.sqrt(np.mean((got - true) ** 2)))
        rows.append((site, len(own), r, float(true @ got / (true @ true)), rmse, float((own["covered"] == "yes").mean())))
    return pd.DataFrame(rows, columns=SUMMARY_COLUMNS)


def _named(truth: Source, found: Fit) -> pd.DataFrame:
    """Return the rows of the named parameters and of the energies' scale that are identifiable."""
    problem, p = truth.problem, truth.optimum.p
    put_in = dict(zip(problem.network.scalar_names, p[problem.elements : problem.structural].tolist(), strict=True))
    table = parameter_table(found, 1.0, put_in)
    table = table[table["identifiable"].isin(["yes", "weakly"])].fillna({"site": ""})
    true = table["put_in"].where(table["name"] != SCALE, _scale(truth))
    return table.assign(true=true, found=table["value"], position="", base="").reindex(columns=COLUMNS)


def _elements(truth: Source, found: Fit) -> pd.DataFrame:
    """Return the rows of the matrix elements; all at the true scale where the reads do not tell the energies' scale."""
    free = unshrunk(found.problem, found.best)
    known = scale_is_known(found)
    held = None if known else free.problem.slope_of_scale(free.optimum.at)
    fits = (free, Source(found.problem, found.best))
    stretch, stretch_found = (1.0 if known else _scale(truth) / _scale(each) for each in fits)
    own = slice(0, truth.problem.elements)
    table = _labels(truth.problem).assign(
        unit=OF_LATENT if truth.problem.network.spec.family in LINEAR else KT if known else AT_SCALE,
        true=truth.optimum.p[own].numpy(force=True),
        found=stretch_found * found.best.p[own].numpy(force=True),
        error=stretch * errors_of_elements(free, held).numpy(force=True),
    )
    middle = stretch * free.optimum.p[own].numpy(force=True)
    for level, z in LEVELS.items():
        table[f"low{level}"], table[f"high{level}"] = middle - z * table["error"], middle + z * table["error"]
    return table[_seen(found.problem)].reindex(columns=COLUMNS)


def _scale(at: Source) -> float:
    """Return the scale of the energies, kT."""
    return exp(at.problem.log_scale(at.optimum.at.latents))


def errors_of_elements(at: Source, held: Tensor | None = None) -> Tensor:
    """Return the robust standard errors of the elements (elements,), at the scale found where `held`, d log scale, is given."""
    elements = at.problem.elements
    functionals = torch.eye(elements, at.problem.structural, dtype=at.optimum.p.dtype)
    if held is not None:
        functionals = functionals - torch.outer(at.optimum.p[:elements], held)
    return covariances(at.problem, at.optimum).errors(functionals)


def _labels(problem: Problem) -> pd.DataFrame:
    """Return ``name site position base`` of each matrix element (elements,); of pairs, ``3,4`` and ``AC``."""
    parts, design = [], problem.terms[0].design
    for block, features, zero in zip(problem.network.blocks, design.features, design.zeros, strict=True):
        kept = features.embedding(zero).tocoo().row
        single = [(str(i), letter) for i in range(features.length) for letter in LETTERS]
        pairs = [(f"{i},{j}", a + b) for i, j in features.pairs for a in LETTERS for b in LETTERS]
        labels = pd.DataFrame([*single, *pairs], columns=["position", "base"]).iloc[kept]
        parts.append(labels.assign(site=block.name, name=f"theta.{block.name}"))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["name", "site", "position", "base"])


def _seen(problem: Problem) -> np.ndarray:
    """Return whether any training variant has each element, (elements,)."""
    return np.any([term.design.seen for term in problem.terms], axis=0)
