"""Data of the models' benchmark: MAVE-NN's copies of the lac promoter and of splice sites, the CRE enhancer, and made reads."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from cisphys.dna import encode
from cisphys.inference.dataset import PARTS, Dataset
from cisphys.inference.measured import BinCounts, MoleculeCounts, Values
from cisphys.measurement_options import MeasurementOptions

SKEWED_T = MeasurementOptions("continuous", "skewed_t", "varying")


def lac(data: Path) -> Dataset:
    """Return MAVE-NN's copy of full-wt, on its split."""
    table = pd.read_csv(data / "mavenn/sortseq_data.csv.gz")
    counts = table[[name for name in table if name.startswith("ct_")]].to_numpy(float)
    return Dataset("full-wt", encode(table["x"].tolist()), BinCounts(counts, tuple(range(10))), parts_of(table), {})


def mpsa(data: Path) -> Dataset:
    """Return MAVE-NN's `mpsa_data`, on its split."""
    table = pd.read_csv(data / "mavenn/mpsa_data.csv.gz")
    number = np.arange(len(table))
    values = Values(len(table), number, table["y"].to_numpy(), np.zeros(len(table)))
    return Dataset("mpsa", encode(table["x"].tolist(), alphabet="rna"), values, parts_of(table), {}, SKEWED_T)


def cre(data: Path, condition: str) -> Dataset:
    """Return the CRE enhancer's tags at one concentration of forskolin; a seeded shuffle of the variants splits them."""
    folder = data / "cre_mpra" / condition
    read = (pd.read_csv(folder / f"{name}.txt.gz", sep=r"\s+") for name in ("key", "library", "expression"))
    key, dna, rna = read
    table = key.merge(dna, on="tag").merge(rna, on="tag", suffixes=("_dna", "_rna"))
    variant, sequences = pd.factorize(table["seq"])
    counts = MoleculeCounts(
        len(sequences), variant, np.zeros(len(table), int), table["ct_rna"].to_numpy(), table["ct_dna"].to_numpy(), ("1",)
    )
    order = np.random.default_rng(1).permutation(len(sequences)) / len(sequences)
    part = np.searchsorted([0.6, 0.8], order, side="right").astype(np.int8)
    return Dataset(condition, encode(list(sequences)), counts, part, {"forskolin_uM": condition.removesuffix("uM")})


def parts_of(table: pd.DataFrame) -> np.ndarray:
    """Return the split of a table (variants,) by its column `set`."""
    return table["set"].map(PARTS.index).to_numpy(np.int8)


def made(variants: int, length: int) -> Dataset:
    """Return mutants (11 % per base) of a random sequence, one read each in one of 10 bins, most of them to train on."""
    generator = np.random.default_rng(1)
    reference = generator.integers(0, 4, length).astype(np.uint8)
    letters, u = np.empty((variants, length), np.uint8), np.empty(variants)
    effects = generator.normal(0, 1, length)
    for start in range(0, variants, 50_000):
        rows = slice(start, start + 50_000)
        mutated = generator.random(letters[rows].shape, np.float32) < 0.11
        letters[rows] = (reference + mutated * generator.integers(1, 4, mutated.shape, np.uint8)) % 4
        u[rows] = mutated @ effects
    bins = np.clip((u - u.mean()) / u.std() * 2 + 5 + generator.normal(size=variants), 0, 9.99).astype(int)
    counts = np.zeros((variants, 10))
    counts[np.arange(variants), bins] = 1
    part = np.repeat([0, 1, 2], [variants - 2000, 1000, 1000]).astype(np.int8)
    return Dataset("made", letters, BinCounts(counts, tuple(range(10))), part, {})
