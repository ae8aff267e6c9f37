"""Cases for the fuzzing of the reader: a made-up run, whole or damaged, counted in one of the ways there are, and judged.

A case is told by its seed and number alone. What comes of it is either the strict reader's answer, cell for cell, or an
InputError that names the file and the place; anything else is a finding, told as an AssertionError or as what was raised.
"""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

from made_damage import PACKED_AS, SUFFIXES, bgzf, damage, interleave, make_bam, make_cram, make_text, pack
from strict_reads import INDICES, BadFileError, Record, count, in_step, parse_fastq, read_any

from cisphys.errors import InputError
from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout

LINE = "sample[4] GGG barcode[6]"
LAYOUTS = {
    "plain": parse_layout(LINE, "plain"),
    "limited": parse_layout(LINE + "{e2}", "limited"),
    "header": parse_layout({"header": "sample[4] + [4]", "read1": "[4] GGG barcode[6]"}, "header"),
    "molecules": parse_layout({"read1": LINE, "read2": "umi[3]"}, "molecules"),
}
SAMPLES = [(name, index) for index, name in INDICES.items()]
# a way to count, and how often it is taken
WAYS = {"blocks": 8, "thread": 2, "copied": 2, "limited": 3, "header": 1, "mates": 4, "interleaved": 2, "bam": 2, "cram": 1}
COUNTED, REFUSED, CAUTIOUS = "counted", "refused", "refused, though it can be read"


@dataclass(frozen=True)
class Case:
    """The bytes of the files of one run, by their names, and how they are counted; of CRAM also the records that it held."""

    number: int
    way: str
    files: dict[str, bytes]
    options: dict
    whole: bool
    held: list[Record] | None = None

    @property
    def kind(self) -> str:
        """The layout."""
        kinds = {"mates": "molecules", "interleaved": "molecules"}
        return kinds.get(self.way, self.way if self.way in LAYOUTS else "plain")


def make_case(seed: int, number: int) -> Case:
    """Make one case; one in ten is whole, of the others text, packed bytes or both are damaged."""
    random = Random(f"{seed} {number}")
    way = random.choices(list(WAYS), list(WAYS.values()))[0]
    whole, place = random.random() < 0.1, random.randrange(2)
    if way == "cram":
        data, records = make_cram(number % 20)
        return Case(number, way, {"reads.cram": data if whole else damage(random, data)}, {}, whole, records)
    harm = random.choice(["text", "text", "packed", "packed", "both"])
    texts = _texts(random, way)
    files = {}
    for at, text in enumerate(texts):
        hurt = not whole and place % len(texts) == at
        text = damage(random, text) if hurt and harm != "packed" else text
        name, data = _packed(random, text, way, at)
        files[name] = damage(random, data) if hurt and harm != "text" else data
    blocks = random.choice([random.randint(1, 64), random.randint(64, 400), 1 << 19])
    return Case(number, way, files, {"block": blocks, "threads": 2 if way == "thread" else 1}, whole)


def _texts(random: Random, way: str) -> list[bytes]:
    if way == "bam":
        return [make_bam(random)]
    texts = make_text(random, mates=way in ("mates", "interleaved"), indexed=way == "header")
    return [interleave(*texts)] if way == "interleaved" else list(texts) if way == "mates" else [texts[0]]


def _packed(random: Random, text: bytes, way: str, at: int) -> tuple[str, bytes]:
    if way == "bam":
        return "reads.bam", bgzf(text, random.randint(50, 1000))
    how = random.choice(PACKED_AS)
    suffix = SUFFIXES[how] if random.random() < 0.9 else ""
    return f"reads{at}.fastq{suffix}", pack(random, text, how)


def run_case(case: Case, folder: Path) -> str:
    """Count a case and judge what comes of it; gives its outcome."""
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    expected, record = _expected(case)
    try:
        found = _counted(case, folder)
    except InputError as error:
        _judge_error(case, folder, str(error), record, readable=expected is not None)
        return CAUTIOUS if expected and not case.held else REFUSED
    finally:
        for path in folder.iterdir():
            path.unlink()
    assert expected is not None, f"{found[1]} reads were counted of files that cannot be read"
    assert found == expected, f"{found} is not {expected}"
    return COUNTED


def _expected(case: Case):
    """Give the strict answer (counts, units, copies), or None and the record that is wrong first."""
    try:
        records = [case.held or read_any(name, data) for name, data in case.files.items()]
        if case.way == "interleaved":
            units = in_step(records[0][::2], records[0][1::2])
        else:
            units = in_step(*records) if case.way == "mates" else [(record,) for record in records[0]]
        counts, own = count(units, case.kind)
    except BadFileError as bad:
        return None, bad.record
    return (counts, len(units), own if case.way == "copied" else None), None


def _counted(case: Case, folder: Path):
    """Count as the workflow does; give counts, the sum of all fates, and the records that were copied."""
    paths = [folder / name for name in case.files]
    files = {"read1": paths[:1], "read2": "interleaved" if case.way == "interleaved" else paths[1:]}
    copies = folder / "copies" if case.way == "copied" else None
    outputs = folder / "counts.tsv", folder / "fates.tsv"
    try:
        count_run("r", files, LAYOUTS[case.kind], SAMPLES, *outputs, fastq_folder=copies, **case.options)
        counts: dict[str, dict[str, int]] = {name: {} for name, _ in SAMPLES}
        for line in outputs[0].read_text().splitlines()[1:]:
            sample, letters, reads = line.split("\t")
            counts[sample][letters] = int(reads)
        units = sum(int(line.split("\t")[3]) for line in outputs[1].read_text().splitlines()[1:])
        return counts, units, _copied(copies)
    finally:
        left = [path for path in (copies or folder).iterdir() if path.name.startswith(".")] if (copies or folder).exists() else []
        assert not left, f"{left} was left behind"
        _remove(copies)


def _copied(folder: Path | None):
    if folder is None:
        return None
    return {name: parse_fastq(gzip.decompress((folder / f"{name}.fastq.gz").read_bytes())) for name, _ in SAMPLES}


def _remove(folder: Path | None) -> None:
    if folder is not None and folder.exists():
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


def _judge_error(case: Case, folder: Path, message: str, record: int | None, readable: bool) -> None:
    """See to it that an error names a file, and the first record that is wrong where the strict reader knows it."""
    assert not readable or case.way in ("bam", "cram"), f"it can be read, but: {message}"
    assert not case.whole, f"a whole file was refused: {message}"
    assert any(str(folder / name) in message for name in case.files), f"no file is named: {message}"
    named = [int(number) for number in re.findall(r"records? (\d+)", message)]
    if record is not None and len(case.files) == 1 and case.way != "interleaved" and "after record" not in message:
        assert record in named, f"record {record} is wrong: {message}"
