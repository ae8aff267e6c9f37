"""A methods paragraph ready to paste, with what was run and what to cite."""

from collections.abc import Sequence

import pandas as pd

import cisphys
from cisphys.measurement_options import NOISES
from cisphys.models.spec import BLACK_BOX, LINEAR
from cisphys.report.folder import FitResults
from cisphys.report.observed import kinds_of, observed


def methods(
    fits: Sequence[FitResults], fates: pd.DataFrame | None, seed: int, config_sha256: str, temperature: float
) -> list[str]:
    """Return the paragraphs; `temperature` is in degrees Celsius, `fates` None where no reads were counted."""
    paragraphs = [_reads(fates)] if fates is not None else []
    if fits:
        paragraphs += [_models(fits), _fitting(fits), _judging(fits, temperature)]
    return [*paragraphs, _software(fits, seed, config_sha256)]


def _reads(fates: pd.DataFrame) -> str:
    total = fates["reads"].sum()
    counted = fates.loc[fates["fate"] == "counted", "reads"].sum()
    samples = fates.loc[fates["sample"] != "-", "sample"].nunique()
    share = f" ({counted / total:.1%})" if total else ""
    return (
        f"Reads were assigned to {samples} samples and counted per sequence, each read ending in exactly one fate; "
        f"{counted:,} of {total:,} reads{share} were counted. The counts of the samples of an experiment make up its table of "
        "sequence variants and bins."
    )


_FAMILIES = {
    "thermodynamic": "Thermodynamic models of transcription, written as networks (Tareen & Kinney 2020), were fitted to {data}. "
    "The binding energy of a site is the sum of one energy per position and base; the states of the promoter follow Boltzmann's "
    "law; the latent is the logit of the transcription rate between its bounds, or its logarithm where states differ in rate.",
    "kinetic": "Kinetic models of transcription (Tareen & Kinney 2020) were fitted to {data}. The binding energy of a site is "
    "the sum of one energy per position and base, and sets how fast the site is left; the states are in the steady state of "
    "their transitions; the latent is the logit of the transcription rate between its bounds, or its logarithm.",
    "linear": "Models without biophysics, in which the latent is a sum over bases or over bases and pairs of them, were fitted "
    "to {data}.",
    "blackbox": "Small neural networks from the sequence to the latent were trained on {data} by Adam, with an L2 penalty on "
    "their weights; the validation set said when to stop.",
}
_DATA = {
    "sorted_bins": "the reads per variant and bin (Kinney et al. 2010)",
    "rna_dna": "RNA and DNA counts per variant or barcode",
    "continuous": "one value or several per variant",
}
_PROCESSES = {
    "sorted_bins": "The probability of each bin given the latent is a softmax of B-splines",
    "rna_dna": "The logarithm of RNA/DNA is a monotone spline of the latent",
    "continuous": "The value is a monotone spline of the latent",
}


def _models(fits: Sequence[FitResults]) -> str:
    """Say which families of models were fitted to which kinds of data, and how what was measured follows from the latent."""
    kinds = kinds_of(fit.summary for fit in fits)
    families = dict.fromkeys("linear" if fit.spec.family in LINEAR else fit.spec.family for fit in fits)
    data = " and ".join(_DATA[kind] for kind in kinds)
    told = [_FAMILIES[family].format(data="the same data" if number else data) for number, family in enumerate(families)]
    return " ".join([*told, *(f"{_PROCESSES[kind]}; the likelihood is {_noise(fits, kind)}." for kind in kinds)])


def _noise(fits: Sequence[FitResults], kind: str) -> str:
    entries = [entry for fit in fits for entry in fit.summary["datasets"].values() if entry.get("kind", "sorted_bins") == kind]
    return " or ".join(dict.fromkeys(entry.get("noise", NOISES[kind][0]).replace("_", " ") for entry in entries))


def _fitting(fits: Sequence[FitResults]) -> str:
    fits = [fit for fit in fits if fit.spec.family != BLACK_BOX]
    if not fits:
        return "Variants were split into training, validation and test sets."
    choices = "; ".join(f"{fit.name}: ridge {fit.summary['ridge']:g}, {fit.summary['spline']} splines" for fit in fits)
    has_mirrors = any(fit.has_biophysics and fit.summary.get("mirrors") for fit in fits)
    mirrored = " Of mirror solutions, which predict exactly the same, the canonical one is given." if has_mirrors else ""
    return (
        "Variants were split into training, validation and test sets. Parameters were estimated on the training set from several "
        "random starts by Levenberg-Marquardt steps with the exact Fisher information, with an L2 penalty (ridge) on each site's "
        "energies relative to their spread; ridge and number of splines were chosen by the likelihood of the validation set "
        f"({choices}).{mirrored}"
    )


def _judging(fits: Sequence[FitResults], temperature: float) -> str:
    seen = observed(*(fit.summary for fit in fits))
    judged = (
        f"Models were judged on the test set by the variational information about {seen.told}, I_var, the gain of log likelihood "
        f"per {seen.one} over the best model that sees no sequence, with standard errors clustered by variant (Tareen et al. "
        "2022); two models by the paired difference over the same test variants, its 95 % interval from a bootstrap over "
        "variants."
    )
    if not any(fit.spec.states for fit in fits):
        return judged
    return (
        f"{judged} Intervals of free energies, interactions and rates are profile likelihoods, all other parameters optimised at "
        "each point, with the over-dispersion of what one variant shows (sandwich variance) taken into account; parameters that "
        f"the data cannot tell are left without a value. Energies are in kT, and in kcal/mol at {temperature:g} °C."
    )


def _software(fits: Sequence[FitResults], seed: int, config_sha256: str) -> str:
    versions: dict[str, str] = {"cisphys": cisphys.__version__}
    for fit in fits:
        versions |= fit.summary["versions"]
    used = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"Computed with {used}, run by Snakemake (Mölder et al. 2021); seed {seed}; SHA-256 of the config {config_sha256}."
