"""What a fit's model must agree with, found out before any read is counted: its own file, the variants and their conditions."""

from collections.abc import Sequence
from pathlib import Path

from cisphys.datasets import Dataset
from cisphys.errors import nearest
from cisphys.models.language import load_spec
from cisphys.models.spec import BLACK_BOX, NetworkSpec, minus_log_concentration
from cisphys.settings import FitSettings, Settings
from cisphys.sheets import Run, Sample


def check_models(
    settings: Settings, runs: Sequence[Run], samples: Sequence[Sample], datasets: Sequence[Dataset], schema_path: str | Path
) -> None:
    """Check the model of each fit; the schema is workflow/schemas/model.schema.yaml.

    Raises
    ------
    InputError : a model's file is wrong, its sites reach beyond the variants that the layouts read, these are of several lengths,
        the model depends on a condition that a dataset of the fit has no value of, or a black box is asked for what only
        energies have
    """
    layouts = {run.name: settings.layouts[run.layout] for run in runs}
    counted = {sample.name: layouts[sample.run].counted for sample in samples}
    for index, fit in enumerate(settings.fits):
        spec = load_spec(fit.model_path, schema_path)
        if spec.family == BLACK_BOX:
            _check_black_box(fit, index, settings)
        lengths: dict[int, str] = {}
        for dataset in (dataset for dataset in datasets if dataset.experiment in fit.experiments):
            _check_conditions(spec, fit, index, dataset, settings)
            for name, _ in dataset.samples:
                if counted[name].name == "variant":
                    spec.check_length(counted[name].least, fit.model_path)
                    if counted[name].fixed:
                        lengths.setdefault(counted[name].length, dataset.experiment)
        _check_one_length(lengths, index, settings)


def _check_black_box(fit: FitSettings, index: int, settings: Settings) -> None:
    asked = {"bootstrap": (fit.bootstrap.replicates, "no bootstrap"), "coverage": (fit.coverage.simulations, "no coverage")}
    for key, (times, what) in asked.items():
        if times:
            problem = f"a black box has no energies, and so {what} of them"
            raise settings.lines.error(problem, "fits", index, key, remedy=f"Take `{key}` out")


def _check_one_length(lengths: dict[int, str], index: int, settings: Settings) -> None:
    """Check that a fit's experiments have variants of one length; `lengths` names an experiment of each."""
    if len(lengths) > 1:
        (one, first), (other, second) = list(lengths.items())[:2]
        problem = f"experiment '{first}' has variants of {one} bases, and '{second}' of {other}: a fit covers one length"
        remedy = "Give each length a fit, and a model with its own coordinates"
        raise settings.lines.error(problem, "fits", index, "experiments", remedy=remedy)


def _check_conditions(spec: NetworkSpec, fit: FitSettings, index: int, dataset: Dataset, settings: Settings) -> None:
    for column in (*spec.condition_columns, *spec.concentration_columns):
        value = str(dataset.conditions.get(column, ""))
        if value == "":
            problem = (
                f"model '{fit.model}' depends on condition '{column}', of which '{dataset.name}' has no value "
                f"({nearest(column, settings.conditions)})"
            )
            remedy = "Declare it under `conditions`, and give every sample or table of the fit its value"
            raise settings.lines.error(problem, "fits", index, "model", remedy=remedy)
        if column in spec.concentration_columns:
            minus_log_concentration(value, column)
