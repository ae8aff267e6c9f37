"""A tiny analysis of its own for tests: two bins, twenty reads, a model of two sites; every part of it can be spoilt."""

import gzip
from pathlib import Path

import numpy as np

CONFIG = """\
version: 1
analysis: tiny
device: cpu
runs: runs.tsv
samples: samples.tsv
layouts:
  pool: "sample[4]~1 TTTGGG * CAC variant[9]"
experiments:
  one: {variants: observed}
models:
  net: net.yaml
fits:
  - model: net
    experiments: [one]
"""
RUNS = "run\tlayout\tread1\npool\tpool\treads.fastq.gz\n"
SAMPLES = "sample\trun\tindex\texperiment\tbin\nlow\tpool\tAACC\tone\t0\nhigh\tpool\tGGTT\tone\t1\n"
MODEL = """\
version: 1
type: thermodynamic
sites:
  A: {start: 0, stop: 4}
  P: {start: 5, stop: 9}
interactions:
  - [A, P]
states:
  empty: []
  A: [A]
  P: [P]
  A+P: [A, P]
transcribes: [P, A+P]
"""
# nothing of it needs a profile, so its fit takes a second
ONE_SITE = """\
version: 1
type: thermodynamic
sites:
  P: {start: 2, stop: 9}
states:
  empty: []
  P: [P]
transcribes: [P]
"""


def record(number: int, sequence: str) -> str:
    """Return one FASTQ record."""
    return f"@pool:{number}\n{sequence}\n+\n{'I' * len(sequence)}\n"


def reads(variants: int = 10) -> str:
    """Return FASTQ: a read of each of so many variants in either bin."""
    sequences = [f"{index}TTTGGGCACACGTACG{'ACGT'[n % 4]}{'ACGT'[n // 4]}" for n in range(variants) for index in ("AACC", "GGTT")]
    return "".join(record(number, sequence) for number, sequence in enumerate(sequences, start=1))


def write_analysis(folder: Path) -> Path:
    """Write the analysis to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"config.yaml": CONFIG, "runs.tsv": RUNS, "samples.tsv": SAMPLES, "net.yaml": MODEL}.items():
        (folder / name).write_text(text)
    (folder / "reads.fastq.gz").write_bytes(gzip.compress(reads().encode()))
    return folder


def write_counts(path: Path) -> None:
    """Write a table of counts of 400 variants that `ONE_SITE` explains: each mutation of the site lets a read fall lower."""
    draw = np.random.default_rng(1)
    best = np.array(list("ACGTTACGA"))
    letters = np.unique(np.where(draw.random((600, 9)) < 0.3, draw.choice(list("ACGT"), (600, 9)), best), axis=0)[:400]
    seen = (letters != best)[:, 2:].sum(1)[:, None] + draw.normal(0, 0.7, (len(letters), 5))
    counts = np.stack([(seen >= 2).sum(1), ((seen >= 1) & (seen < 2)).sum(1), (seen < 1).sum(1)], axis=1)
    rows = ["\t".join(["".join(row), *map(str, own)]) for row, own in zip(letters, counts, strict=True)]
    path.write_text("\n".join(["sequence\tct_1\tct_2\tct_3", *rows]) + "\n")


def change(path: Path, old: str, new: str) -> None:
    """Replace the first `old` of a text file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
