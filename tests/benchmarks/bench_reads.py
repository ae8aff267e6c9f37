"""How fast reads are counted, beside what else there is. `make bench-reads` runs it: a table, and results/bench/reads.json.

The run is made here (`made_reads.py`): 75 bases, 24 inline indices, a spacer, 20-base barcodes from 100,000 known ones, with
errors in all of them, gzip level 6, in lanes of 5 million reads, and all of them in one file besides. Commands take turns; a
ratio is the median over the turns.
"""

import argparse
import gzip
import json
import shutil
import sys
from itertools import zip_longest
from pathlib import Path

from measure import Usage, in_turn, medians, ratio, run_measured

HERE = Path(__file__).parent
LANE, LANES = 5_000_000, 4
FIXED_MEMORY, KEY_BYTES = 250, 100  # MiB, and bytes per distinct sample and barcode
BESIDE_PEERS = "cisphys 1, again"  # in one turn with the peers, which are slow and run once
# ratio, figure, reads in millions, numerator, denominator, least
TARGETS = [
    ("speed of igzip, one core", "cpu", 20, "igzip", "cisphys 1", 0.50),
    ("speed of igzip, two cores", "wall", 20, "igzip", "cisphys 2", 0.85),
    ("speed of igzip, two cores, one file", "wall", 20, "igzip", "cisphys 2, 1 file", 0.85),
    ("times as fast as the pysam loop", "cpu", 5, "pysam loop", BESIDE_PEERS, 10),
    ("times as fast as cutadapt", "cpu", 5, "cutadapt", BESIDE_PEERS, 8),
]


def commands(folder: Path, lanes: int, peers: Path | None) -> dict[str, list[str | Path]]:
    """Write down what is run on so many lanes; the slow peers only on one."""
    igzip = shutil.which("igzip")
    if igzip is None:
        raise SystemExit("igzip is missing: apt-get install isal")
    files = [folder / f"lane{lane}.fastq.gz" for lane in range(1, lanes + 1)]
    ours = [sys.executable, HERE / "count_made_reads.py"]
    found = {f"cisphys {threads}": [*ours, str(threads), folder, *files] for threads in (1, 2)}
    found["igzip"] = [igzip, "-dc", *files]
    if lanes == LANES:
        found["cisphys 2, 1 file"] = [*ours, "2", folder, joined(files)]
    if lanes == 1 and peers:
        found["pysam loop"] = [peers / "python", HERE / "pysam_loop.py", folder, *files]
        cut = [peers / "cutadapt", "-j", "1", "-e", "1", "--no-indels", "-g", "file:indices.fasta"]
        found["cutadapt"] = [*cut, "-o", folder / "cut-{name}.fastq", *files]
    return found


def joined(files: list[Path]) -> Path:
    """Join gzip files to one, unless it is there."""
    path = files[0].with_name("all.fastq.gz")
    if not path.exists():
        beside = path.with_suffix(".part")
        with open(beside, "wb") as out:
            for file in files:
                with open(file, "rb") as part:
                    shutil.copyfileobj(part, out)
        beside.rename(path)
    return path


def start_up(folder: Path, repeats: int) -> list[Usage]:
    """Measure a run of 1000 reads and 1 barcode, with the kernels compiled."""
    small = folder / "small"
    small.mkdir(exist_ok=True)
    for name in ("layout.txt", "samples.tsv"):
        shutil.copy(folder / name, small)
    (small / "library.tsv").write_text("barcode\tsequence\n" + "A" * 20 + "\tA\n")
    with gzip.open(folder / "lane1.fastq.gz", "rb") as reads, open(small / "reads.fastq", "wb") as out:
        out.writelines(line for line, _ in zip(reads, range(4000), strict=False))
    command = [sys.executable, HERE / "count_made_reads.py", "1", small, small / "reads.fastq"]
    return in_turn({"start": [*command]}, folder, repeats + 1)["start"][1:]


def count_keys(folder: Path) -> int:
    """Count the distinct pairs of sample and barcode in the last table."""
    with gzip.open(folder / "counts.tsv.gz", "rb") as table:
        return sum(1 for _ in table) - 1


def same_as_pysam(folder: Path) -> bool:
    """Compare the tables of both, cell for cell."""
    with gzip.open(folder / "counts.tsv.gz", "rb") as ours, open(folder / "pysam_counts.tsv", "rb") as theirs:
        next(ours)
        return all(one == other for one, other in zip_longest(ours, theirs))


def report(taken: dict[int, dict[str, list[Usage]]], start: list[Usage], keys: int, same: bool | None) -> dict:
    """Print the tables, and give their numbers."""
    rows = [
        {"reads": reads, "command": name, **medians(usages)} for reads, runs in taken.items() for name, usages in runs.items()
    ]
    print(f"{'million reads':>13}  {'command':17} {'CPU s':>8} {'wall s':>8} {'MiB':>7}")
    for row in rows:
        print(f"{row['reads']:13}  {row['command']:17} {row['cpu']:8.2f} {row['wall']:8.2f} {row['memory']:7.0f}")
    checks = []
    for name, figure, reads, above, below, target in TARGETS:
        if above in taken.get(reads, {}):
            checks.append({"name": name, "value": ratio(taken[reads][above], taken[reads][below], figure), "least": target})
    most = FIXED_MEMORY + KEY_BYTES * keys / 2**20
    peak = max(usage.memory for runs in taken.values() for name in runs if name.startswith("cisphys") for usage in runs[name])
    checks.append({"name": "CPU seconds to start, warm", "value": medians(start)["cpu"], "most": 1.0})
    checks.append({"name": f"MiB at the peak, {keys:,} keys", "value": peak, "most": most})
    for check in checks:
        bound = f">= {check['least']:g}" if "least" in check else f"<= {check['most']:.4g}"
        print(f"{check['name']:36} {check['value']:8.2f}  ({bound})")
    print(f"counts equal to those of the pysam loop: {'not compared' if same is None else same}")
    return {"rows": rows, "checks": checks, "same_as_pysam": same}


def main() -> None:
    """Make the run unless it is there, measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("results/bench/reads"), help="where the made run is kept")
    parser.add_argument("--out", type=Path, default=Path("results/bench/reads.json"))
    parser.add_argument("--peers", type=Path, help="bin folder of an environment with pysam and cutadapt")
    parser.add_argument("--million", type=int, nargs="+", default=[5, 20], choices=[5, 10, 15, 20])
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    folder = options.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"lane{LANES}.fastq.gz").exists():
        run_measured([sys.executable, HERE / "made_reads.py", folder, str(LANES), str(LANE), "1"], folder)
    start = start_up(folder, options.repeats)
    peers = options.peers.absolute() if options.peers else None
    taken, same = {}, None
    for million in options.million:
        lanes = million * 1_000_000 // LANE
        fast = commands(folder, lanes, None)
        taken[million] = in_turn(fast, folder, options.repeats)
        slow = {name: command for name, command in commands(folder, lanes, peers).items() if name not in fast}
        if slow:
            taken[million] |= in_turn({**slow, BESIDE_PEERS: fast["cisphys 1"]}, folder, 1)
            same = same_as_pysam(folder)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report(taken, start, count_keys(folder), same), indent=1) + "\n")


if __name__ == "__main__":
    main()
