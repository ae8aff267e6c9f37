"""The named parameters of a fit with their intervals, in kT and kcal/mol, and the profiles that these are read from.

What the data do not pin has a reason instead of a value: nothing is printed of an optimum that lies where a weak prior left it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import exp, log
from typing import Any

import numpy as np
import pandas as pd

from cisphys.inference.fit import Fit
from cisphys.inference.profile import LEVELS, Profile, ProfilePoint
from cisphys.inference.profiles import PROFILE_RIDGE
from cisphys.inference.quantities import SCALE, Quantity, quantities_of
from cisphys.models.mirrors import find_mirrors

UNINFORMED = {
    "absorbed": "a change of it shifts the latent of all variants alike, and p(bin | latent) takes that up",
    "traded": "the reads do not inform it: other parameters can take up any change of it",
    "unsettled": "the likelihood is too flat and rough: each optimum that was found, its profile undercut",
}
RATIOS_ONLY = "the reads hardly tell how large the energies are in kT: ratios between energies mean more than their size"
BOUNDS = "sorted bins tell only where the rate lies between its bounds, not the bounds"
FREE_CURVE = "the curve from the rate to what is measured is free: it takes up the bounds of the rate"
_SCALE_WEAK, _SCALE_UNKNOWN = 0.35, 1.0  # relative standard errors of the scale
ENDS = ["low68", "high68", "low95", "high95"]
COLUMNS = ["name", "site", "value", "unit", *ENDS, "method", "identifiable", "reason"]
PROFILE_COLUMNS = ["name", "unit", "value", "rise", "slope", "overdispersion"]


@dataclass(frozen=True)
class Verdict:
    """Whether a profile pins its quantity (yes, weakly, no), why not, and the value (None: there is none to print)."""

    identifiable: str
    reason: str
    value: float | None


def parameter_table(fit: Fit, kT_in_kcal: float, truth: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return the named physical parameters with their profile intervals; those that the data cannot pin have a reason, no value.

    Energies are in kT, and in kcal/mol in the columns that end in ``_kcal``. Where the truth is known, `put_in` holds it.
    """
    quantities = quantities_of(fit.problem) if fit.network.scalar_names else []
    rows = [_row(each, fit) for each in quantities if not each.derived or each.name in fit.profiles]
    rows += [_scale_row(fit)] if fit.network.blocks else []
    table = pd.DataFrame([*rows, *_bounds_of_rates(fit)], columns=COLUMNS).astype(dict.fromkeys(["value", *ENDS], float))
    for name in ("value", *ENDS):
        table[f"{name}_kcal"] = table[name].where(table["unit"] == "kT") * kT_in_kcal
    if truth is None:
        return table
    known = {each.name: each.value_in(truth) for each in quantities}
    return table.assign(put_in=table["name"].map(known).astype(float).where(table["identifiable"] != "no"))


def _bounds_of_rates(fit: Fit) -> Iterator[dict[str, str]]:
    in_bins = all(term.process.kind == "sorted_bins" for term in fit.problem.terms)
    if fit.network.spec.family == "thermodynamic" and fit.network.spec.tied:
        for name in ("t_sat", "t_bg"):
            yield {"name": name, "unit": "1/time", "identifiable": "no", "reason": BOUNDS if in_bins else FREE_CURVE}


def _row(quantity: Quantity, fit: Fit) -> dict[str, Any]:
    row = {"name": quantity.name, "site": "+".join(quantity.sites), "unit": quantity.unit}
    if quantity.name in fit.uninformed:
        still = [f"site {site} is the same in all training variants: " for site in quantity.sites if site in unvaried_sites(fit)]
        return row | {"identifiable": "no", "reason": "".join(still[:1]) + UNINFORMED[fit.uninformed[quantity.name]]}
    if quantity.name not in fit.profiles:
        value = float(fit.network.named_values()[quantity.name])
        return row | {"value": value, "identifiable": "unknown", "reason": "no profile likelihood was asked for"}
    found = verdict(fit.profiles[quantity.name], exact=not fit.network.spec.kinetics)
    sign = "; its sign is a convention, since a mirror solution fits as well" if _sign_is_convention(fit, quantity) else ""
    return row | _found(fit, fit.profiles[quantity.name], replace(found, reason=(found.reason + sign).removeprefix("; ")))


def _found(fit: Fit, profile: Profile, found: Verdict) -> dict[str, Any]:
    ridge = min(PROFILE_RIDGE, fit.problem.ridge.strength)
    method = f"profile likelihood (ridge {ridge:g}, over-dispersion {profile.overdispersion:.2f})"
    judged = {"value": found.value, "identifiable": found.identifiable, "reason": found.reason}
    return judged | ends_of(profile) | {"method": method}


def ends_of(profile: Profile) -> dict[str, float | None]:
    """Return low68, high68, low95, high95."""
    return {f"{side}{level}": getattr(profile, side)[level] for side in ("low", "high") for level in LEVELS}


def unvaried_sites(fit: Fit) -> set[str]:
    """Return the sites of which no training variant has any mutation."""
    seen = np.any([term.design.seen for term in fit.problem.terms], axis=0)
    varied = {site for site, own in zip(fit.network.sites_of, fit.problem.terms[0].design.slices, strict=True) if seen[own].any()}
    return {name for number, name in enumerate(fit.network.spec.site_names) if number not in varied}


def _scale_row(fit: Fit) -> dict[str, Any]:
    """Return the row of the energies' common scale, the standard deviation of the latent over the reads."""
    row = {"name": SCALE, "unit": "kT"}
    if SCALE in fit.uninformed:
        return row | {"identifiable": "no", "reason": UNINFORMED[fit.uninformed[SCALE]]}
    if SCALE not in fit.profiles:
        return row | _scale_by_information(fit)
    profile = on_its_scale(SCALE, fit.profiles[SCALE])
    found = verdict(profile)
    low, high = profile.low["95"], profile.high["95"]
    if low is None or high is None or log(high / low) > 2 * LEVELS["95"] * _SCALE_WEAK:
        reason = f"{found.reason}; {RATIOS_ONLY}".removeprefix("; ")
        found = replace(found, reason=reason, identifiable="no" if found.identifiable == "no" else "weakly")
    return row | _found(fit, profile, found)


def _scale_by_information(fit: Fit) -> dict[str, Any]:
    """Return the scale's interval by the Fisher information, on the logarithm, where there is no profile of it."""
    value, error = exp(fit.problem.log_scale(fit.best.at.latents)), fit.scale_error
    method = {"method": "Fisher information, on the logarithm"}
    if error > _SCALE_UNKNOWN:
        return method | {"identifiable": "no", "reason": RATIOS_ONLY}
    signs = (("low", -1), ("high", 1))
    ends = {f"{side}{level}": value * exp(sign * z * error) for level, z in LEVELS.items() for side, sign in signs}
    verdict, reason = ("weakly", RATIOS_ONLY) if error > _SCALE_WEAK else ("yes", "")
    return method | ends | {"value": value, "identifiable": verdict, "reason": reason}


def verdict(found: Profile, exact: bool = True) -> Verdict:
    """Say whether a profile bounds its quantity, and why not; `exact`: mirror solutions of the model predict the same.

    Where the likelihood is as good as at its best however far one goes, the optimum means nothing: there is a bound alone.
    """
    open_ends = {side: word for side, word in (("low", "below"), ("high", "above")) if getattr(found, side)["95"] is None}
    if found.lost:
        return Verdict("weakly", "its likelihood could not be followed to the open end", found.value)
    if len(open_ends) == 2:
        return Verdict("no", "the likelihood bounds it on neither side", None)
    if open_ends:
        ((side, word),) = open_ends.items()
        reason = f"the likelihood does not bound it {word}"
        if getattr(found, side)["68"] is not None:
            return Verdict("weakly", reason, found.value)
        bound = {"low": "upper", "high": "lower"}[side]
        again = "" if found.beyond is None else f", and far beyond that, at {found.beyond:.0f}, the data are fitted as well again"
        return Verdict("weakly", f"{reason}: only its {bound} bound is known{again}", None)
    if found.mirrored:
        ends = " and ".join({"low": "lower", "high": "upper"}[side] for side in sorted(found.mirrored))
        beyond = "the mirror solution begins" if exact else "a nearly mirrored solution begins, energies of a site reversed"
        return Verdict("weakly", f"the likelihood bounds its {ends} end only by where {beyond}", found.value)
    return Verdict("yes", "", found.value)


def _sign_is_convention(fit: Fit, quantity: Quantity) -> bool:
    kind, *rest = quantity.name.partition(" ")[0].split(".")
    spec = fit.network.spec
    if kind == "interaction":
        index = spec.interaction_names.index(".".join(rest))
        return any(mirror.turn[index, index] < 0 for mirror in find_mirrors(spec))
    return kind == "mu" and any(mirror.sign[spec.site_names.index(rest[0])] < 0 for mirror in find_mirrors(spec))


def on_its_scale(name: str, found: Profile) -> Profile:
    """Return a profile in the unit of the tables: that of the energies' scale was taken along its logarithm."""
    if name != SCALE:
        return found
    ends = ({level: None if end is None else exp(end) for level, end in side.items()} for side in (found.low, found.high))
    points = tuple(ProfilePoint(exp(each.value), each.rise, each.slope / exp(each.value)) for each in found.points)
    low, high = ends
    return replace(found, value=exp(found.value), low=low, high=high, points=points)


def profile_table(fit: Fit) -> pd.DataFrame:
    """Return every point of every profile.

    ``name unit value rise slope overdispersion``: rise of minus log likelihood above its least (nats), and its slope per unit.
    """
    units = {each.name: each.unit for each in quantities_of(fit.problem)} if fit.profiles else {}
    rows = [
        (name, units.get(name, "kT"), *point, found.overdispersion)
        for name, found in ((name, on_its_scale(name, found)) for name, found in fit.profiles.items())
        for point in found.points
    ]
    return pd.DataFrame(rows, columns=PROFILE_COLUMNS)
