"""Tables of how a fit does on variants that it has not seen."""

import pandas as pd

from cisphys.report.cells import Cell, Table, count, interval, number
from cisphys.report.folder import FitResults

ALL = "all"  # row of shared.tsv that sums the datasets


def residuals_table(residuals: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return the test variants that are predicted worst."""
    rows = [
        [
            Cell(row.dataset),
            Cell(row.mutations or "wild type", kind="sequence"),
            count(row.observations),
            number(row.latent),
            number(row.best_latent),
            number(row.deviance, 1),
        ]
        for row in residuals.itertuples()
    ]
    columns = ["Dataset", "Mutations, positions from 0", "Observations", "Latent", "Latent that would fit best", "Deviance, nats"]
    caption = "Test variants that are predicted worst: a motif that they share is what the model lacks"
    return Table(caption, columns, rows, stacks=True, folded=True) if rows else None


def shared_table(shared: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return what the joint fit of all datasets gains over fits of each alone."""
    rows = [
        [
            Cell("all together" if row.dataset == ALL else row.dataset),
            count(row.variants),
            number(row.joint, 1),
            number(row.separate, 1),
            number(row.gained, 1),
            interval(row.low95, row.high95, 1),
            Cell(row.better),
        ]
        for row in shared.itertuples()
    ]
    columns = ["Dataset", "Test variants", "Joint, nats", "Alone, nats", "Gained, nats", "95\u00a0%", "Better"]
    caption = "Log likelihood of held-out variants by the joint fit and by fits of each dataset alone"
    return Table(caption, columns, rows, stacks=True) if rows else None
