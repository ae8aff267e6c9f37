"""Which measurement process holds a dataset's data: by what was measured, and by the noise that the config names."""

from cisphys.inference.continuous import ContinuousValues
from cisphys.inference.dataset import Dataset
from cisphys.inference.dirichlet import DirichletBins
from cisphys.inference.measurement import Process
from cisphys.inference.rna_dna import RnaDna
from cisphys.inference.sorted_bins import SortedBins


def process_of(dataset: Dataset, functions: int) -> Process:
    """Return the process that holds the dataset's measurements, with `functions` B-splines per curve."""
    data, options = dataset.data, dataset.measurement
    noise = options.noise_of(data.kind)
    if data.kind == "sorted_bins":
        return DirichletBins(data, functions) if noise == DirichletBins.noise else SortedBins(data, functions)
    if data.kind == "rna_dna":
        return RnaDna(data, functions, noise)
    return ContinuousValues(data, functions, noise, options.width)
