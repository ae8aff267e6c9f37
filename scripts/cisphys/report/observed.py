"""What a fit saw, in words: reads of sorted bins, pairs of RNA and DNA counts, or values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Observed:
    """The words of one kind of measurement: observations, one of them, what the latent tells of, and the figure's caption."""

    many: str
    one: str
    told: str
    words: str
    caption: str


KINDS = {
    "sorted_bins": Observed(
        "reads",
        "read",
        "the bins",
        "Probability of each bin given the latent",
        "The measurement process: the share of reads that fall into each gate, given the latent; above it, where the variants "
        "lie. The unsorted library is no gate and has a strip of its own.",
    ),
    "rna_dna": Observed(
        "pairs of counts",
        "pair",
        "RNA/DNA",
        "RNA/DNA given the latent",
        "The measurement process: RNA/DNA, divided by that of the totals, given the latent; above it, where the variants lie.",
    ),
    "continuous": Observed(
        "values",
        "value",
        "the values",
        "Measured value given the latent",
        "The measurement process: the value given the latent, with the intervals that hold 68 % and 95 % of the values; above "
        "it, where the variants lie.",
    ),
}
SEVERAL = Observed(
    "observations",
    "observation",
    "the measurements",
    "What is measured given the latent",
    "The measurement processes: what is measured given the latent, by dataset; above each, where the variants lie.",
)


def kinds_of(summaries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the kinds of measurement of fits, each once; fits of version 0.1, which name none, are of sorted bins."""
    named = (entry.get("kind", "sorted_bins") for summary in summaries for entry in summary["datasets"].values())
    return list(dict.fromkeys(named))


def observed(*summaries: Mapping[str, Any]) -> Observed:
    """Return the words for what these fits saw."""
    kinds = kinds_of(summaries)
    return KINDS[kinds[0]] if len(kinds) == 1 else SEVERAL
