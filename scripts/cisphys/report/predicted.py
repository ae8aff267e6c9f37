"""Tables of how a fit does on variants that it has not seen."""

import pandas as pd

from cisphys.report.cells import Cell, Table, count, interval, number, small
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


def lacking_table(lacking: pd.DataFrame, fit: FitResults) -> Table | None:
    """Return what the model lacks, as much of it as a gain on held-out variants was worked out for."""
    known = lacking.dropna(subset=["gain"])
    rows = [
        [
            Cell(row.what),
            Cell(row.kind.replace("_", " ")),
            number(row.gain, 1),
            interval(row.low95, row.high95, 1),
            number(row.statistic, 1),
            small(row.p),
            small(row.q),
        ]
        for row in known.itertuples()
    ]
    columns = ["What was tried", "Kind", "Gain on test variants, nats", "95\u00a0%", "Score", "p", "False discovery rate"]
    caption = "Additions to the model, the largest gain on validation variants first; the gain shown is that on test variants"
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
