"""Saturation: how many distinct sequences fewer reads would have shown, and how many more reads would show.

All follows from the spectrum of a sample: f_j, the number of sequences that were read j times. N = sum j f_j is the number of
reads, S = sum f_j that of distinct sequences.

Fewer reads, m <= N, without resampling (Hurlbert 1971, Ecology 52:577; Heck et al. 1975, Ecology 56:1459):

    E[S(m)] = sum_j f_j (1 - C(N - j, m) / C(N, m))

More reads, t N of them with t <= 1 (Good and Toulmin 1956, Biometrika 43:45, with the weights of Efron and Thisted 1976,
Biometrika 63:435):

    new(t) = sum_j h_j f_j,    h_j = -(-t)^j P(Binomial(k, 1 / (1 + t)) >= j),    standard error = sqrt(sum_j h_j^2 f_j)

with k = 9. It assumes nothing of how frequent the sequences are. A negative binomial does, and was tried: for libraries drawn
from gamma distributions it is right within 3 % even for four times the reads, for log-normal and power laws, and for libraries
with sequencing errors among the sequences, it is wrong by 25 to 280 % at twice the reads, with nothing in the fit to tell.
Beyond twice the reads no estimate holds for all of these, so none is given.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln
from scipy.stats import binom

TERMS = 9  # k above: more terms gain nothing but variance
FEW = 64  # reads of a sequence up to which chances are multiplied out
POINTS = 40  # of a curve, up to the reads at hand; half as many beyond
COLUMNS = ["sample", "reads", "distinct", "standard_error", "part"]
SEEN, EXPECTED = "rarefied", "predicted"


@dataclass(frozen=True)
class Spectrum:
    """How often sequences were read.

    Attributes
    ----------
    times : (values,) the numbers of reads that occur, ascending, from 1
    sequences : (values,) how many sequences were read so often
    """

    times: np.ndarray
    sequences: np.ndarray

    @classmethod
    def of(cls, reads: np.ndarray) -> "Spectrum":
        """Make the spectrum of the reads (sequences,) of each sequence; sequences without reads are passed over."""
        reads = np.asarray(reads)
        times, sequences = np.unique(reads[reads > 0], return_counts=True)
        return cls(times.astype(float), sequences.astype(float))

    @property
    def reads(self) -> int:
        """Number of reads."""
        return int(self.times @ self.sequences)

    @property
    def distinct(self) -> int:
        """Number of distinct sequences."""
        return int(self.sequences.sum())

    @property
    def coverage(self) -> float:
        """Chance that one more read shows a sequence that was seen before: 1 - f_1 / N (Good 1953); NaN without reads."""
        once = self.sequences[self.times == 1].sum()
        return float(1 - once / self.reads) if self.reads else float("nan")


@dataclass(frozen=True)
class Growth:
    """What `more` reads on top would add: `new` distinct sequences, give or take `standard_error`."""

    more: int
    new: float
    standard_error: float


def rarefy(spectrum: Spectrum, depths: np.ndarray) -> np.ndarray:
    """Return the expected number of distinct sequences (depths,) in so many of the reads, drawn without replacement.

    Raises
    ------
    ValueError : a depth is negative or more than there are reads
    """
    depths, total = np.asarray(depths, dtype=float), spectrum.reads
    if len(depths) and not 0 <= depths.min() <= depths.max() <= total:
        raise ValueError(f"depths must lie between 0 and {total}")
    return np.array([spectrum.sequences @ -np.expm1(_log_missed(spectrum.times, depth, total)) for depth in depths])


def _log_missed(times: np.ndarray, depth: float, total: int) -> np.ndarray:
    """Return log(C(N - j, m) / C(N, m)), the log chance that none of j reads is among m; -inf where that cannot be.

    For few j it is the sum of log(1 - m / (N - i)) over i < j: differences of log-gammas would lose the digits of the many
    sequences that were read once.
    """
    logs = np.full(len(times), -np.inf)
    possible = total - times >= depth
    few, many = possible & (times <= FEW), possible & (times > FEW)
    draws = np.arange(min(FEW, int(total - depth)))
    logs[few] = np.cumsum(np.log1p(-depth / (total - draws)))[times[few].astype(int) - 1]
    j = times[many]
    logs[many] = gammaln(total - j + 1) - gammaln(total - j - depth + 1) - gammaln(total + 1) + gammaln(total - depth + 1)
    return logs


def predict_new(spectrum: Spectrum, more: float, room: float = np.inf) -> Growth:
    """Predict how many new sequences `more` reads would show; at most `room`, what a known library has left.

    Raises
    ------
    ValueError : `more` is negative or more than the reads at hand, where no estimate can be trusted
    """
    if not 0 <= more <= spectrum.reads:
        raise ValueError(f"more reads must be between 0 and the {spectrum.reads} at hand")
    if not more:
        return Growth(0, 0.0, 0.0)
    t = more / spectrum.reads
    few = spectrum.times <= TERMS
    times, sequences = spectrum.times[few], spectrum.sequences[few]
    weights = -((-t) ** times) * binom.sf(times - 1, TERMS, 1 / (1 + t))
    singles = sequences[times == 1].sum()
    new = min(max(float(weights @ sequences), 0.0), t * singles, room)
    return Growth(round(more), new, float(np.sqrt(weights**2 @ sequences)))


def saturation_curve(sample: str, spectrum: Spectrum, room: float = np.inf) -> pd.DataFrame:
    """Return a sample's curve: columns sample, reads, distinct, standard_error, part.

    `part` is ``rarefied`` up to the reads at hand (exact, no standard error) and ``predicted`` from there to twice as many.
    """
    depths = np.unique(np.linspace(0, spectrum.reads, POINTS + 1).round())
    seen = pd.DataFrame({"reads": depths, "distinct": rarefy(spectrum, depths), "part": SEEN})
    mores = np.unique(np.linspace(0, spectrum.reads, POINTS // 2 + 1).round())[1:]
    growths = [predict_new(spectrum, more, room) for more in mores]
    new = np.maximum.accumulate([growth.new for growth in growths]) if growths else []
    errors = [growth.standard_error for growth in growths]
    ahead = pd.DataFrame({"reads": spectrum.reads + mores, "distinct": np.add(spectrum.distinct, new), "standard_error": errors})
    curve = pd.concat([seen, ahead.assign(part=EXPECTED)], ignore_index=True)
    return curve.assign(sample=sample, reads=curve["reads"].astype(int))[COLUMNS]


def advice(spectrum: Spectrum, room: float = np.inf) -> str:
    """Say in words what as many reads again would show: ``10,000 more reads would give about 350 more (± 40)``."""
    if not spectrum.reads:
        return "no reads"
    growth = predict_new(spectrum, spectrum.reads, room)
    share = f"{100 * growth.new / spectrum.distinct:.1f} %"
    return f"{growth.more:,} more reads would give about {growth.new:,.0f} more (± {2 * growth.standard_error:,.0f}), {share}"
