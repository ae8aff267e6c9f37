"""The sentences of identifiability.json."""

from collections.abc import Mapping
from typing import Any

from cisphys.inference.fit import Fit
from cisphys.inference.identifiability import unvaried_blocks
from cisphys.inference.named_information import SCALE

PRIORS = {
    "ridge": "the ridge on the energy matrices",
    "weak_prior": "the weak prior that keeps scalars in place",
    "scale_prior": "the prior on the energies' scale",
}
_FLAT = "where the fit lies no prediction depends on it, as of a site that is always bound, or of a spacing that never occurs"
_ANY = "some monotone curve from latent to measurement takes it up, so only the limited flexibility of the fitted curve tells it"


def spelled(of: Mapping[str, float]) -> str:
    """Return a direction as ``0.81 mu.CRP - 0.55 interaction.CRP.RNAP``, the largest weight first; 1 is left out."""
    order = sorted(of, key=lambda name: -abs(of[name]))
    parts = [f"{'-' if of[name] < 0 else '+'} {_weight(abs(of[name]))}{name}" for name in order]
    return " ".join(parts).removeprefix("+ ")


def _weight(value: float) -> str:
    return "" if value == 1 else f"{value:.3g} "


def convention_words(kind: str, of: str, linear: bool) -> str:
    """Say what a convention fixes, and why it has to."""
    if kind == "gauge":
        taker = "the curve from latent to measurement" if linear else "the site's chemical potential (or binding constant)"
        return (
            f"a constant added to all bases of a position of {of} moves into {taker}: the wild type's bases are held at 0 in the "
            "fit, and tables show each position with a mean of 0"
        )
    if kind == "time":
        return f"a steady state fixes rates up to a common factor: the unit of time is that of {of}"
    return "the curve from rate to measurement is free: it takes up the highest and the lowest rate"


def direction_words(fit: Fit, kind: str, of: Mapping[str, float], shapes: Mapping[str, float], curve: str) -> str:
    """Say what a change is made of, and why the reads do not see it."""
    if curve == "any":
        return f"{_changes(of)}: {_ANY}"
    if kind == "confounded":
        return f"{_changes(of)}: in the training variants these bases occur together only, or one of them always does"
    if kind == "flat":
        return f"{_changes(of)}: {_still(fit, of)}{_FLAT}"
    if kind == "scale":
        return f"{_changes(of)}: the curve from latent to measurement takes up any stretch of the latent"
    if kind == "absorbed":
        taken = "a change of it shifts the latent of all variants alike, and p(bin | latent) takes that up"
        return f"{_changes(of)}: {_still(fit, of)}{taken}"
    along = f", with changes of the energy matrix of {' and '.join(shapes)}" if shapes else ""
    return f"{_changes(of)}{along}: the predictions stay the same, so the reads see only what such a change leaves alone"


def _still(fit: Fit, of: Mapping[str, float]) -> str:
    """Say which site a parameter belongs to that never varies; nothing where there is none."""
    still = [site for name in of for site in _sites(name) if site in _unvaried_sites(fit)]
    return f"site {still[0]} is the same in all training variants: " if still else ""


def _sites(name: str) -> list[str]:
    kind, *rest = name.split(".")
    return {"mu": rest[:1], "spacer": rest[:1], "interaction": rest}.get(kind, [])


def _unvaried_sites(fit: Fit) -> set[str]:
    """Return the sites none of whose matrices varies in the training variants."""
    still = zip(fit.network.sites_of, unvaried_blocks(fit.problem), strict=True)
    varied = {site for site, unvaried in still if not unvaried}
    return {name for number, name in enumerate(fit.network.spec.site_names) if number not in varied}


def _changes(of: Mapping[str, float]) -> str:
    """Return ``mu.B by 1 and interaction.A.B by -1`` in words that sizes of matrices fit into."""
    if len(of) > 1 and all(name.startswith(SCALE) for name in of):
        return f"the sizes of the energies of {' and '.join(name.removeprefix(SCALE) for name in of)} together"
    if len(of) == 1:
        (name,) = of
        return f"the size of the energies of {name.removeprefix(SCALE)}" if name.startswith(SCALE) else name
    listed = [f"{name} by {value:+.3g}" for name, value in of.items()]
    return f"{', '.join(listed[:-1])} and {listed[-1]} kT together"


def mirror_words(mirror: Mapping[str, Any], linear: bool = False) -> str:
    """Say what a mirror solution is, and how well it does."""
    if linear:
        return "all energies and the latent with the opposite sign: the predictions for all training variants are the same"
    which = f"bound and unbound exchanged for {' and '.join(mirror['swapped'])}"
    which += ", high and low transcription exchanged too" if mirror["reverses_transcription"] else ""
    if mirror["exact"]:
        return f"{which}: the predictions for all training variants are the same, so the likelihood cannot tell"
    if not mirror["matrices_reversed"]:
        return f"{which}: a fit that begins there comes back to the energies of this one, so it is no solution of its own"
    unsettled = "" if mirror["refit_converged"] else ", where that fit was stopped"
    change = mirror["nats"]
    if change > 0:
        return f"{which}: the nearest solution is {change:.2f} nats more likely than this one{unsettled}; try more restarts"
    return f"{which}: the nearest solution is {-change:.2f} nats less likely than this one{unsettled}"


def pinned_words(row: Mapping[str, Any]) -> str:
    """Say which prior holds a parameter in place."""
    prior = PRIORS[row["by"]]
    if "elements" in row:
        return f"{row['elements']} elements of {row['name'].removeprefix('matrix.')}: {prior} says more about them than the reads"
    name = row["name"]
    what = f"the size of the energies of {name.removeprefix(SCALE)}" if name.startswith(SCALE) else name
    return f"{what}: {prior} holds it in place, the reads contribute {100 * row['reads']:.0f} %"
