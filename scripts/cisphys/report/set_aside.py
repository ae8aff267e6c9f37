"""The optimum that a search set aside: one that fits better, and contradicts what the model declares of its sites."""

from dataclasses import dataclass

from cisphys.models.spec import BLACK_BOX
from cisphys.report.cells import decimal
from cisphys.report.folder import FitResults

FILE = "restarts.tsv"
LEAST = 1.0  # nats by which it is better


@dataclass(frozen=True)
class SetAside:
    """By how many nats it is better on training variants, with the ridge, and on validation variants (worse where negative)."""

    training: float
    validation: float

    @property
    def words(self) -> str:
        """What there is, and why it is not what the report shows."""
        way = "better" if self.validation >= 0 else "worse"
        nats = f"better by {decimal(self.training, 1)} nats, validation variants {way} by {decimal(abs(self.validation), 1)}"
        return (
            f"another optimum fits training variants {nats}; in it the mean single mutant of the wild type changes the binding "
            "of a site the other way than the model declares, so it was set aside"
        )


def set_aside(fit: FitResults) -> SetAside | None:
    """Return what the search set aside, None where it took the best: it prefers optima in which mutants bind as declared.

    The candidates are its starts, and those that began from a relabelled optimum; the first row of the choice of ridge and
    splines is the one that was taken.
    """
    if fit.spec.family == BLACK_BOX or not fit.has(FILE):
        return None
    table = fit.table(FILE)
    runs, choices = table[table["stage"].isin(["start", "relabelled"])], table[table["stage"] == "choice"]
    if runs.empty or choices.empty:
        return None
    best, taken = runs.loc[runs["objective"].idxmin()], choices.iloc[0]
    gain = taken["objective"] - best["objective"]
    validation = best["validation_log_likelihood"] - taken["validation_log_likelihood"]
    return SetAside(float(gain), float(validation)) if gain > LEAST else None
