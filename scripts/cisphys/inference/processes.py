"""Which measurement process a dataset's columns ask for."""

from cisphys.inference.dataset import Dataset
from cisphys.inference.measurement import Process
from cisphys.inference.sorted_bins import SortedBins


def process_of(dataset: Dataset, functions: int) -> Process:
    """Return the process that holds the dataset's measurements, with `functions` B-splines per curve."""
    gates = [index for index, number in enumerate(dataset.bins) if number > 0]
    return SortedBins(dataset.counts, functions, gates)
