"""A methods paragraph ready to paste, with what was run and what to cite."""

from collections.abc import Sequence

import pandas as pd

import cisphys
from cisphys.report.folder import FitResults

CITATIONS = [
    "Kinney JB, Murugan A, Callan CG, Cox EC (2010). Using deep sequencing to characterize the biophysical mechanism of a "
    "transcriptional regulatory sequence. PNAS 107:9158–9163.",
    "Tareen A, Kinney JB (2020). Biophysical models of cis-regulation as interpretable neural networks. arXiv:2001.03560.",
    "Tareen A, Kooshkbaghi M, Posfai A, Ireland WT, McCandlish DM, Kinney JB (2022). MAVE-NN: learning genotype-phenotype maps "
    "from multiplex assays of variant effect. Genome Biology 23:98.",
    "Mölder F et al. (2021). Sustainable data analysis with Snakemake. F1000Research 10:33.",
]


def methods(
    fits: Sequence[FitResults], fates: pd.DataFrame | None, seed: int, config_sha256: str, temperature: float
) -> list[str]:
    """Return the paragraphs; `temperature` is in degrees Celsius, `fates` None where no reads were counted."""
    paragraphs = [_reads(fates)] if fates is not None else []
    if fits:
        paragraphs += [_model(), _fitting(fits), _judging(temperature)]
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


def _model() -> str:
    return (
        "Thermodynamic models of transcription, written as networks (Tareen & Kinney 2020), were fitted to the reads per variant "
        "and bin (Kinney et al. 2010). The binding energy of a site is the sum of one energy per position and base; the states "
        "of the promoter follow Boltzmann's law; the latent is the logit of the transcription rate between its bounds; the "
        "probability of each bin given the latent is a softmax of B-splines. The likelihood is multinomial."
    )


def _fitting(fits: Sequence[FitResults]) -> str:
    choices = "; ".join(f"{fit.name}: ridge {fit.summary['ridge']:g}, {fit.summary['spline']} splines" for fit in fits)
    return (
        "Variants were split into training, validation and test sets. Parameters were estimated on the training set from several "
        "random starts by Levenberg-Marquardt steps with the exact Fisher information, with an L2 penalty (ridge) on each site's "
        "energies relative to their spread; ridge and number of splines were chosen by the likelihood of the validation set "
        f"({choices}). Of mirror solutions, which fit equally well, the canonical one is given."
    )


def _judging(temperature: float) -> str:
    return (
        "Models were judged by the variational information between variants and bins on the test set, I_var = H(bin) − "
        "cross-entropy, with standard errors clustered by variant (Tareen et al. 2022). Intervals of free energies and "
        "interactions are profile likelihoods, all other parameters optimised at each point, with the over-dispersion of the "
        "reads of one variant (sandwich variance) taken into account; parameters that the data cannot tell are left without a "
        f"value. Energies are in kT, and in kcal/mol at {temperature:g} °C."
    )


def _software(fits: Sequence[FitResults], seed: int, config_sha256: str) -> str:
    versions: dict[str, str] = {"cisphys": cisphys.__version__}
    for fit in fits:
        versions |= fit.summary["versions"]
    used = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"Computed with {used}, run by Snakemake (Mölder et al. 2021); seed {seed}; SHA-256 of the config {config_sha256}."
