"""What a lab writes to do the same: a loop over pysam's records, with dicts. `pysam_loop.py FOLDER FASTQ...`."""

import sys
from collections import Counter
from pathlib import Path

import pysam


def neighbours(letters: str) -> list[str]:
    """List all texts at one mismatch."""
    return [
        letters[:place] + base + letters[place + 1 :]
        for place in range(len(letters))
        for base in "ACGT"
        if base != letters[place]
    ]


def count(samples: dict[str, str], spacer: str, barcodes: set[str], files: list[str]) -> Counter[tuple[str, str]]:
    """Count reads by sample and barcode, both with up to one mismatch, the spacer with up to two."""
    sample_of = {near: name for name, index in samples.items() for near in [index, *neighbours(index)]}
    width, begin = len(next(iter(samples.values()))), len(next(iter(samples.values()))) + len(spacer)
    counts: Counter[tuple[str, str]] = Counter()
    for path in files:
        with pysam.FastxFile(path, persist=False) as reads:
            for read in reads:
                sequence = read.sequence
                sample = sample_of.get(sequence[:width])
                between = sequence[width:begin]
                if sample is None or (between != spacer and sum(a != b for a, b in zip(between, spacer, strict=True)) > 2):
                    continue
                barcode = sequence[begin : begin + 20]
                if barcode not in barcodes:
                    near = [known for known in neighbours(barcode) if known in barcodes]
                    if len(near) != 1 or "N" in barcode:
                        continue
                    barcode = near[0]
                counts[sample, barcode] += 1
    return counts


if __name__ == "__main__":
    folder, *files = sys.argv[1:]
    samples = dict(line.split("\t") for line in Path(folder, "samples.tsv").read_text().splitlines())
    barcodes = {line.split("\t")[0] for line in Path(folder, "library.tsv").read_text().splitlines()[1:]}
    spacer = Path(folder, "layout.txt").read_text().split()[1].split("~")[0]
    with open(Path(folder, "pysam_counts.tsv"), "w") as out:
        out.writelines(
            f"{sample}\t{barcode}\t{reads}\n"
            for (sample, barcode), reads in sorted(count(samples, spacer, barcodes, files).items())
        )
