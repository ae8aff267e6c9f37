"""Count a made run as the workflow does: `count_made_reads.py THREADS FOLDER FASTQ...`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout
from cisphys.reads.library import read_library

if __name__ == "__main__":
    threads, folder, *files = sys.argv[1:]
    samples = [tuple(line.split("\t")) for line in Path(folder, "samples.tsv").read_text().splitlines()]
    library = read_library(Path(folder, "library.tsv"))
    layout = parse_layout(Path(folder, "layout.txt").read_text(), "bench")
    outputs = Path(folder, "counts.tsv.gz"), Path(folder, "fates.tsv")
    libraries = {name: library for name, _ in samples}
    count_run("bench", files, layout, samples, *outputs, libraries=libraries, threads=int(threads))
