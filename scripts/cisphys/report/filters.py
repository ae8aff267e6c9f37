"""What each filter of RNA and DNA counts took, one table per experiment."""

from pathlib import Path

from cisphys.barcode_filters import COUNTED, KEPT
from cisphys.report.cells import Cell, Table, count, missing, share
from cisphys.tables import read_table


def filters_table(results: Path, dataset: str) -> Table:
    """Return the steps from what was counted to what is kept, in each replicate; `dataset` is an experiment in RNA and DNA."""
    steps = read_table(results / "filters" / f"{dataset}.tsv", ["replicate", "step", "barcodes"], ["replicate", "step"])
    counted = steps[steps["step"] == COUNTED].set_index("replicate")["barcodes"]
    rows = [_row(row, counted[row.replicate]) for row in steps.itertuples()]
    columns = ["Replicate", "Step", "Limit", "Barcodes", "Share", "Variants", "DNA reads", "RNA reads"]
    return Table(f"{dataset}: what was counted, what each filter took, and what is kept", columns, rows)


def _row(row, counted: int) -> list[Cell]:
    step = row.step if row.step in (COUNTED, KEPT) else f"taken by {row.step}"
    limit = Cell("–", kind="number") if missing(row.limit) else count(row.limit)
    part = share(row.barcodes / counted) if counted else Cell("–", kind="number")
    return [Cell(row.replicate), Cell(step), limit, count(row.barcodes), part, *map(count, (row.variants, row.dna, row.rna))]
