"""What a config says about how measurements scatter."""

from dataclasses import dataclass

from cisphys.errors import InputError

NOISES = {
    "sorted_bins": ("multinomial", "dirichlet_multinomial"),
    "rna_dna": ("beta_binomial", "negative_binomial"),
    "continuous": ("gaussian", "cauchy", "skewed_t"),
}  # the first is the default
WIDTHS = ("constant", "varying")


@dataclass(frozen=True)
class MeasurementOptions:
    """The process (sorted_bins, rna_dna, continuous) and its noise, None: by the table's columns; and the width of values."""

    process: str | None = None
    noise: str | None = None
    width: str = "constant"

    def noise_of(self, kind: str) -> str:
        """Return the noise for data of a kind.

        Raises
        ------
        InputError : the noise that is asked for is that of another process
        """
        if self.noise is not None and self.noise not in NOISES[kind]:
            remedy = f"Take {', '.join(NOISES[kind])}, or leave `noise` out"
            raise InputError(f"the noise '{self.noise}' does not go with {kind.replace('_', ' ')}", remedy=remedy)
        return self.noise or NOISES[kind][0]


AS_COLUMNS_SAY = MeasurementOptions()
