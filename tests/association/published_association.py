"""The published association of the MPRAdecoder example, read as the workflow reads it, and each difference explained.

As a script, from the project's root: builds the library as the rule build_library does, prints a count per explanation, and
leaves the table of all differences (differences.tsv) beside the library's own tables in the folder.

    PYTHONPATH=scripts python tests/association/published_association.py ../shared/data FOLDER
"""

import gzip
import json
import runpy
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from cisphys.reads.count import count_run
from cisphys.reads.layout import parse_layout
from cisphys.tables import read_table

SCRIPT = Path(__file__).parents[2] / "scripts/build_library.py"
RUNS = ("M1", "M2")
# parameters.txt; min_runs is inferred: with it 10,324 barcodes are called (theirs: 10,253), without it 90 % of the published ones
AUTHORS = {"min_support": 1, "fraction": 0.9, "min_runs": 2, "min_quality": 0, "distance": 0}
# Constants by the bases next to what is looked for, so that a base that is missing further off moves nothing.
LAYOUT = "[7-11] GGATCGAG~2 barcode[16-20] GAGTTGTG~1 [64-70] TTACGCAT~2 variant[7-9] TTAACGTACG~1"
POOL_LAYOUT = "* GGCCACAACTC~2 rc(barcode[16-20]) CTCGATCCTCG~2"
IN_PLASMID_POOL = 3  # reads that the authors ask for in N1 and in N2
BEFORE, BEHIND = "ACTCGAGGATCGAG", "GAGTTGTGGCC"  # the constants around the barcode
OUTPUTS = {
    "library": "library.tsv.gz",
    "rejected": "rejected.tsv.gz",
    "sweep": "sweep.tsv",
    "summary": "summary.tsv",
    "fates": "fates.tsv",
}


def build(data, out, **thresholds):
    """Build the library by the script of the rule; gives its table and that of the rejected barcodes."""
    made = {name: out / file for name, file in OUTPUTS.items()}
    rule = {
        "wildcards": {"library": "published"},
        "params": {
            "runs": {run: {"read1": [data / f"{run}.fastq.gz"]} for run in RUNS},
            "layouts": dict.fromkeys(RUNS, LAYOUT),
            "thresholds": AUTHORS | thresholds,
            "merging": {},
        },
        "input": {"designed": []},
        "output": made,
    }
    given = SimpleNamespace(log=[out / "log"], **{name: SimpleNamespace(**values) for name, values in rule.items()})
    runpy.run_path(str(SCRIPT), init_globals={"snakemake": given}, run_name="__main__")
    return tuple(read_table(made[name], text=["barcode", "sequence", "reason", "second"]) for name in ("library", "rejected"))


def plasmid_pool(data, out):
    """Count the barcodes of N2, which are read on the other strand, as the workflow does."""
    layout, tables = parse_layout(POOL_LAYOUT, "N2"), (out / "pool.tsv.gz", out / "pool_fates.tsv")
    count_run("N2", [data / "N2.fastq.gz"], layout, [("N2", "")], *tables)
    counts = read_table(tables[0], text=["sample", "sequence"])
    return Counter(dict(zip(counts["sequence"], counts["reads"], strict=True)))


def published(data):
    """Give the published variant of each barcode."""
    pairs = json.loads((data / "uniq_gold_dictionary.json").read_text())["example-libr"]["barcodes-ROIs"]
    return {barcode: next(iter(entry["main ROI"])) for barcode, entry in pairs.items()}


def lacks_a_base(letters, constant):
    """Say whether letters are those of a constant without one of its inner bases."""
    return letters not in constant and any(letters == constant[:at] + constant[at + 1 :] for at in range(len(constant)))


def explain_missing(barcode: str, reason: str, reads: list[str]) -> str:
    """Say why a published barcode is not called; `reads` are those that hold its letters."""
    if reason:
        return f"rejected: {reason}"
    around = [(read[: read.index(barcode)], read[read.index(barcode) + len(barcode) :]) for read in reads]
    if around and all(lacks_a_base(behind[: len(BEHIND) - 1], BEHIND) for _, behind in around):
        return "all reads lack a base of the constant behind the barcode"
    if around and all(lacks_a_base(before[1 - len(BEFORE) :], BEFORE) for before, _ in around):
        return "all reads lack a base of the constant before the barcode"
    return "unexplained" if reads else "no read holds it"


def explain_other(variant: str, expected: str) -> str:
    """Say why a barcode has another variant than the published one."""
    if len(variant) == 7 and expected.endswith(variant):
        return "all reads lack a base of the constant part or of the variant; the authors count it to the constant part"
    return "unexplained"


def explain_more(barcode: str, variant: str, pool: Counter) -> str:
    """Say why a barcode that is called is not published. The authors ask for 3 reads in N1 (not at hand) and in N2."""
    if pool[barcode] < IN_PLASMID_POOL:
        return f"fewer than {IN_PLASMID_POOL} reads in N2"
    if len(variant) != 8:
        return "variant of 7 or 9 bases"
    return "in N2: N1, not at hand, decides (the authors found 4,388 of the barcodes of N2 in it)"


def differences(data, out):
    """Give the table of all differences, `barcode published called support reads explanation`, and how many agree.

    `reads` are those of M1 and M2 that count for the barcode; of a barcode that is not called, those that hold its letters.
    """
    library, rejected = build(data, out)
    answer, pool, reads = published(data), plasmid_pool(data, out), all_reads(data)
    called = {row.barcode: row for row in library.itertuples()}
    reasons = dict(zip(rejected["barcode"], rejected["reason"], strict=True))
    rows, same = [], 0
    for barcode, expected in sorted(answer.items()):
        call = called.get(barcode)
        if call is None:
            holding = [read for read in reads if barcode in read]
            rows.append((barcode, expected, "", 0, len(holding), explain_missing(barcode, reasons.get(barcode, ""), holding)))
        elif call.sequence != expected:
            rows.append((barcode, expected, *_found(call), explain_other(call.sequence, expected)))
        else:
            same += 1
    more = (call for barcode, call in called.items() if barcode not in answer)
    rows += [(call.barcode, "", *_found(call), explain_more(call.barcode, call.sequence, pool)) for call in more]
    return pd.DataFrame(rows, columns=["barcode", "published", "called", "support", "reads", "explanation"]), same


def _found(call):
    return call.sequence, call.support, round(call.support / call.fraction)


def all_reads(data):
    """Give the reads of M1 and M2."""
    texts = (gzip.decompress((data / f"{run}.fastq.gz").read_bytes()).decode() for run in RUNS)
    return [read for text in texts for read in text.splitlines()[1::4]]


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    table, agreeing = differences(Path(sys.argv[1]) / "association", folder)
    print(f"{agreeing} pairs as published")
    kinds = table.assign(kind=["more" if not row else "fewer or other" for row in table["published"]])
    print(kinds.groupby(["kind", "explanation"]).size().to_string())
    table.to_csv(folder / "differences.tsv", sep="\t", index=False)
