"""The tables of a fit: energy matrices, parameters with intervals, profiles, p(bin | latent), the search, the references."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import exp
from typing import Any

import numpy as np
import pandas as pd
import torch

from cisphys.dna import LETTERS
from cisphys.inference.fit import PROFILE_RIDGE, Fit
from cisphys.inference.problem import Problem
from cisphys.inference.profile import LEVELS, Profile
from cisphys.models.mirrors import find_mirrors
from cisphys.models.reference import agreement
from cisphys.models.sites import Placement

UNINFORMED = {
    "absorbed": "a change of it shifts the latent of all variants alike, and p(bin | latent) takes that up",
    "traded": "the reads do not inform it: other parameters can take up any change of it",
    "unsettled": "the likelihood is too flat and rough: each optimum that was found, its profile undercut",
}
RATIOS_ONLY = "the reads hardly tell how large the energies are in kT: ratios between energies mean more than their size"
SCALE = "energy_scale"
SIDES = (("low", -1), ("high", 1))
_SCALE_WEAK, SCALE_UNKNOWN = 0.35, 1.0  # relative standard errors of the scale
BOUNDS = "sorted bins tell only where the rate lies between its bounds, not the bounds"
FREE_CURVE = "the curve from the rate to what is measured is free: it takes up the bounds of the rate"
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


def parameter_table(fit: Fit, truth: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return the named physical parameters with their profile intervals; those that the data cannot pin have a reason, no value.

    Where the truth is known, the column `put_in` holds it.
    """
    rows = [_parameter_row(name, fit) for name in fit.network.scalar_names]
    rows += [_scale_row(fit)] if fit.network.blocks else []
    in_bins = all(term.process.kind == "sorted_bins" for term in fit.problem.terms)
    bounded = fit.network.spec.family == "thermodynamic" and fit.network.spec.tied
    for name in ("t_sat", "t_bg") if bounded else ():
        rows.append({"name": name, "unit": "1/time", "identifiable": "no", "reason": BOUNDS if in_bins else FREE_CURVE})
    columns = ["name", "site", "value", "unit", "low68", "high68", "low95", "high95", "method", "identifiable", "reason"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:3] + columns[4:8], float))
    return table if truth is None else table.assign(put_in=table["name"].map(truth).where(table["identifiable"] != "no"))


def _parameter_row(name: str, fit: Fit) -> dict[str, Any]:
    kind, *rest = name.split(".")
    sites = {"mu": rest[:1], "spacer": rest[:1], "interaction": rest}.get(kind, [])
    row = {"name": name, "site": "+".join(sites), "unit": "kT" if sites else "log"}
    if name in fit.uninformed:
        still = [f"site {site} is the same in all training variants: " for site in sites if site in unvaried_sites(fit)]
        return row | {"identifiable": "no", "reason": "".join(still[:1]) + UNINFORMED[fit.uninformed[name]]}
    if name not in fit.profiles:
        value = float(fit.network.named_values()[name])
        return row | {"value": value, "identifiable": "unknown", "reason": "no profile likelihood was asked for"}
    found = fit.profiles[name]
    ends = {f"{side}{level}": getattr(found, side)[level] for side in ("low", "high") for level in ("68", "95")}
    ridge = min(PROFILE_RIDGE, fit.problem.ridge.strength)
    method = f"profile likelihood (ridge {ridge:g}, over-dispersion {found.overdispersion:.2f})"
    row |= ends | {"method": method}
    verdict, reason = _verdict(found, exact=not fit.network.spec.kinetics)
    if verdict != "no":
        row["value"] = found.value
    sign = "; its sign is a convention, since a mirror solution fits as well" if _sign_is_convention(fit, name) else ""
    return row | {"identifiable": verdict, "reason": (reason + sign).removeprefix("; ")}


def unvaried_sites(fit: Fit) -> set[str]:
    """Return the sites of which no training variant has any mutation."""
    seen = np.any([term.design.seen for term in fit.problem.terms], axis=0)
    varied = {site for site, own in zip(fit.network.sites_of, fit.problem.terms[0].design.slices, strict=True) if seen[own].any()}
    return {name for number, name in enumerate(fit.network.spec.site_names) if number not in varied}


def _scale_row(fit: Fit) -> dict[str, Any]:
    """Return the row of the energies' common scale, the standard deviation of the latent over the reads."""
    value, error = exp(fit.problem.log_scale(fit.best.at.latents)), fit.scale_error
    row = {"name": SCALE, "unit": "kT", "method": "Fisher information, on the logarithm"}
    if error > SCALE_UNKNOWN:
        return row | {"identifiable": "no", "reason": RATIOS_ONLY}
    ends = {f"{side}{level}": value * exp(sign * z * error) for level, z in LEVELS.items() for side, sign in SIDES}
    verdict, reason = ("weakly", RATIOS_ONLY) if error > _SCALE_WEAK else ("yes", "")
    return row | ends | {"value": value, "identifiable": verdict, "reason": reason}


def _verdict(found: Profile, exact: bool = True) -> tuple[str, str]:
    """Say whether a profile bounds its parameter, and why not; `exact`: mirror solutions of the model predict the same."""
    if found.lost:
        return "weakly", "its likelihood could not be followed to the open end"
    open_ends = [side for side, ends in (("below", found.low), ("above", found.high)) if ends["95"] is None]
    if len(open_ends) == 2:
        return "no", "the likelihood bounds it on neither side"
    if open_ends:
        return "weakly", f"the likelihood does not bound it {open_ends[0]}"
    if found.mirrored:
        ends = " and ".join({"low": "lower", "high": "upper"}[side] for side in sorted(found.mirrored))
        beyond = "the mirror solution begins" if exact else "a nearly mirrored solution begins, energies of a site reversed"
        return "weakly", f"the likelihood bounds its {ends} end only by where {beyond}"
    return "yes", ""


def _sign_is_convention(fit: Fit, name: str) -> bool:
    kind, *rest = name.split(".")
    spec = fit.network.spec
    if kind == "interaction":
        index = spec.interaction_names.index(".".join(rest))
        return any(mirror.turn[index, index] < 0 for mirror in find_mirrors(spec))
    return kind == "mu" and any(mirror.sign[spec.site_names.index(rest[0])] < 0 for mirror in find_mirrors(spec))


def profile_table(fit: Fit) -> pd.DataFrame:
    """Return every point of every profile: ``name value rise`` (rise of minus log likelihood above its least, nats)."""
    rows = [(name, value, rise) for name, found in fit.profiles.items() for value, rise in found.points]
    return pd.DataFrame(rows, columns=["name", "value", "rise"])


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
