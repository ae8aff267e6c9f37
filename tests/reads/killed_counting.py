"""Kill the counting of a run at random moments, and judge what is left: `killed_counting.py FOLDER KILLS SEED`.

The script of the rule `count_reads` runs in a fork of this process, which has everything imported and compiled, so that a kill
meets the counting and not the start of Python. After each kill the run is counted again over what was left.
"""

import gzip
import json
import os
import re
import runpy
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from types import SimpleNamespace

SCRIPTS = Path(__file__).parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

LAYOUT, SAMPLES, READS = "sample[4] GGG barcode[8]", 40, 8_000
LEFT = re.compile(r"\.partial-\d+-.*")


def write_reads(folder: Path, random: Random) -> list[tuple[str, str]]:
    """Write a run of some thousand reads; give its samples."""
    samples = [(f"s{number}", "".join("ACGT"[number >> 2 * place & 3] for place in range(4))) for number in range(SAMPLES)]
    with gzip.open(folder / "reads.fastq.gz", "wt", 1) as out:
        for number in range(READS):
            bases = random.choice(samples)[1] + "GGG" + "".join(random.choices("ACGT", k=8))
            out.write(f"@r{number}\n{bases}\n+\n{'I' * len(bases)}\n")
    return samples


class Output(SimpleNamespace):
    """Paths by name, as Snakemake gives them."""

    def get(self, name: str):
        return getattr(self, name, None)


def count(folder: Path, samples: list[tuple[str, str]], copied: bool) -> None:
    """Run the script of the rule, with its outputs below `folder`/out."""
    files = {"counts": folder / "out/counts.tsv.gz", "fates": folder / "out/fates.tsv"}
    params = {"layout": LAYOUT, "layout_name": "x", "samples": samples, "libraries": {}}
    given = SimpleNamespace(
        log=[folder / "log"],
        wildcards=SimpleNamespace(run="r"),
        output=Output(**files, fastq=folder / "out/fastq" if copied else []),
        params=SimpleNamespace(
            **params,
            files={"read1": [folder / "reads.fastq.gz"]},
            demultiplexing={"margin": 1, "indels": False},
            merging={},
        ),
        threads=1,
    )
    runpy.run_path(str(SCRIPTS / "count_reads.py"), init_globals={"snakemake": given}, run_name="__main__")


def counted_in_fork(folder: Path, samples, copied: bool, kill: tuple[float, int] | None = None) -> float:
    """Count in a fork, killed by a signal after some seconds where `kill` says so; give the seconds that it took."""
    begun = time.perf_counter()
    child = os.fork()
    if not child:
        try:
            count(folder, samples, copied)
        finally:
            os._exit(0)
    if kill:
        time.sleep(kill[0])
        os.kill(child, kill[1])
    os.waitpid(child, 0)
    return time.perf_counter() - begun


def outputs(folder: Path) -> dict[str, bytes]:
    """Give the contents of all files below `folder`/out."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in (folder / "out").rglob("*") if path.is_file()}


def judge(found: dict[str, bytes], whole: dict[str, bytes]) -> str:
    """See to it that every output is whole or absent; say what was left: everything, nothing, or a part."""
    left = [name for name in found if LEFT.fullmatch(Path(name).name)]
    for name in found.keys() - set(left):
        assert found[name] == whole[name], f"{name} is there, and not whole"
    if found.keys() == whole.keys():
        return "finished"
    return "files beside" if left else "no file beside"


def clear(folder: Path) -> None:
    for path in sorted((folder / "out").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def main(folder: Path, kills: int, seed: int) -> dict[str, int]:
    """Kill many times; give how often what was left."""
    random = Random(seed)
    samples = write_reads(folder, random)
    answers, seconds = {}, {}
    for copied in (False, True):
        count(folder, samples, copied)  # compiles
        clear(folder)
        seconds[copied] = counted_in_fork(folder, samples, copied)
        answers[copied] = outputs(folder)
        assert len(answers[copied]) == (SAMPLES + 2 if copied else 2)
    seen: Counter[str] = Counter()
    for number in range(kills):
        copied, sign = number % 2 == 0, (signal.SIGKILL, signal.SIGTERM)[number // 2 % 2]
        clear(folder)
        counted_in_fork(folder, samples, copied, (random.uniform(0, 1.1) * seconds[copied], sign))
        seen[judge(outputs(folder), answers[copied])] += 1
        counted_in_fork(folder, samples, copied)
        assert outputs(folder) == answers[copied], f"kill {number}: counting again gave other files"
    return dict(seen)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
