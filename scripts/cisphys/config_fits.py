"""The fits of a config, each of a model and experiments that exist and with a name of its own, and what they are to predict."""

from collections.abc import Sequence
from pathlib import Path

from cisphys.errors import InputError, nearest
from cisphys.measurement_options import MeasurementOptions
from cisphys.settings import Bootstrap, Coverage, FitSettings, Predictions, Published, Reference, located
from cisphys.yaml_lines import Lines

FEWEST_REPLICATES = 20  # of a bootstrap
FEWEST_SIMULATIONS = 20  # that coverage is counted over


def read_fits(data: dict, models: dict[str, Path], folder: Path, lines: Lines) -> tuple[FitSettings, ...]:
    """Make the fits of a config that fits its schema.

    Parameters
    ----------
    data : the whole config, with its defaults
    models : the model files by name
    folder : where relative paths start
    lines : the lines of the config's keys

    Raises
    ------
    InputError : with the line, where a fit names what does not exist, or two fits have one name
    """
    fits: dict[str, FitSettings] = {}
    for index, entry in enumerate(data["fits"]):
        _check_fit(entry, data, models, ("fits", index), lines)
        keys = ("fits", index)
        fit = _fit(entry, models, _references(entry, data, folder, keys, lines), _measurement(entry, keys, lines))
        if fit.name in fits:
            problem = f"there are two fits called '{fit.name}'"
            raise lines.error(problem, "fits", index, remedy="Give one of them another `label`")
        fits[fit.name] = fit
    return tuple(fits.values())


def read_predictions(data: dict, fits: Sequence[FitSettings], folder: Path, lines: Lines) -> dict[str, Predictions]:
    """Make the predictions of a config, by name. Raises InputError with the line, where one asks a fit that there is not."""
    names = [fit.name for fit in fits]
    for name, entry in data["predictions"].items():
        if not names:
            raise lines.error("there are no fits that could predict anything", "predictions", name, remedy="Add one under `fits`")
        for number, fit in enumerate(entry["fits"]):
            if fit not in names:
                problem = f"there is no fit called '{fit}' ({nearest(fit, names)})"
                raise lines.error(problem, "predictions", name, "fits", number)
    return {
        name: Predictions(located(folder, entry["sequences"]), tuple(entry["fits"] or names))
        for name, entry in data["predictions"].items()
    }


def _measurement(entry: dict, keys: tuple, lines: Lines) -> dict[str, str | None]:
    """Return what the fit says of its measurement; an error where process and noise do not go together."""
    options = MeasurementOptions(**entry["measurement"])
    if options.process:
        try:
            options.noise_of(options.process)
        except InputError as mistake:
            raise lines.error(str(mistake).removesuffix("."), *keys, "measurement") from None
    return vars(options)


def _fit(
    entry: dict, models: dict[str, Path], references: tuple[Reference, ...], measurement: dict[str, str | None]
) -> FitSettings:
    label = entry["label"] or "+".join(entry["experiments"])
    same = ("model", "restarts", "numbering", "truth", "lacking", "separate", "recover", "design")
    return FitSettings(
        **{key: entry[key] for key in same},
        name=f"{entry['model']}.{label}",
        model_path=models[entry["model"]],
        experiments=tuple(entry["experiments"]),
        label=label,
        ridge=tuple(float(strength) for strength in entry["ridge"]),
        spline=tuple(entry["spline"]) if entry["spline"] else None,
        references=references,
        measurement=measurement,
        published=tuple(
            Published(parameter, each["name"], float(each["value"]), each["unit"])
            for parameter, values in entry["published"].items()
            for each in values
        ),
        bootstrap=Bootstrap(**entry["bootstrap"]),
        coverage=_coverage(entry),
    )


def _check_fit(entry: dict, data: dict, models: dict[str, Path], keys: tuple, lines: Lines) -> None:
    if entry["model"] not in models:
        problem = f"model '{entry['model']}' is not under `models` ({nearest(entry['model'], models)})"
        raise lines.error(problem, *keys, "model")
    for number, name in enumerate(entry["experiments"]):
        if name not in data["experiments"]:
            problem = f"experiment '{name}' is not under `experiments` ({nearest(name, data['experiments'])})"
            raise lines.error(problem, *keys, "experiments", number)
    if entry["numbering"] == 0:
        remedy = "Give the coordinate of the variant's first base, or leave it out to count from 0"
        raise lines.error("numbering 0 does not exist: -1 is followed by +1", *keys, "numbering", remedy=remedy)
    if entry["separate"] and len(entry["experiments"]) < 2:
        problem = "`separate` is about a fit of several experiments, and this one is of one"
        raise lines.error(problem, *keys, "separate", remedy="Name more experiments, or take it out")
    _check_bootstrap(entry, (*keys, "bootstrap"), lines)
    _check_coverage(_coverage(entry), (*keys, "coverage"), lines)
    if entry["truth"] and not data["simulate"]:
        remedy = "Take `truth` out, or simulate the reads"
        raise lines.error("there is no truth to compare with: nothing is simulated", *keys, "truth", remedy=remedy)


def _check_bootstrap(entry: dict, keys: tuple, lines: Lines) -> None:
    asked = entry["bootstrap"]
    if 0 < asked["replicates"] < FEWEST_REPLICATES:
        problem = f"{asked['replicates']} replicates tell nothing of a spread"
        remedy = f"Ask for {FEWEST_REPLICATES} or more (200 give errors to 5 %), or for 0"
        raise lines.error(problem, *keys, "replicates", remedy=remedy)
    if asked["jobs"] > max(asked["replicates"], 1):
        problem = f"{asked['replicates']} replicates cannot be shared by {asked['jobs']} jobs"
        raise lines.error(problem, *keys, "jobs", remedy="Give at most as many jobs as replicates")
    if asked["replicates"] and asked["unit"] == "reads" and entry["measurement"].get("noise") == "dirichlet_multinomial":
        problem = "single reads of over-dispersed bins cannot be drawn: those of one variant depend on one another"
        raise lines.error(problem, *keys, "unit", remedy="Say `unit: variants`")


def _coverage(entry: dict) -> Coverage:
    """Return what is asked of coverage: a number of simulations, or a group of keys."""
    asked = entry["coverage"]
    return Coverage(**asked) if isinstance(asked, dict) else Coverage(int(asked))


def _check_coverage(asked: Coverage, keys: tuple, lines: Lines) -> None:
    if 0 < asked.simulations < FEWEST_SIMULATIONS:
        problem = f"{asked.simulations} simulations cannot tell an interval that holds 95 % of the time from one that does not"
        remedy = f"Ask for {FEWEST_SIMULATIONS} or more (100 tell a share of 95 % to 5 %), or for 0"
        raise lines.error(problem, *keys, remedy=remedy)
    if asked.jobs > max(asked.simulations, 1):
        problem = f"{asked.simulations} simulations cannot be shared by {asked.jobs} jobs"
        raise lines.error(problem, *keys, "jobs", remedy="Give at most as many jobs as simulations")


def _references(entry: dict, data: dict, folder: Path, keys: tuple, lines: Lines) -> tuple[Reference, ...]:
    """Make the references that are in use: those by path always, those by address as the key `references` says."""
    found = []
    for site, said in entry["references"].items():
        _check_reference(site, said, (*keys, "references", site), lines)
        path = _reference_path(said, data["references"], folder)
        if path is not None or data["references"] == "download":
            found.append(Reference(site, said["name"], said["unit"], path, said["url"], said["sha256"]))
    return tuple(found)


def _check_reference(site: str, said: dict, keys: tuple, lines: Lines) -> None:
    if (said["path"] is None) == (said["url"] is None):
        raise lines.error(f"the reference of site '{site}' needs a path or a url, and not both", *keys)
    if said["url"] and said["sha256"] is None:
        remedy = "Add the SHA-256 of the file, so that what is downloaded can be checked"
        raise lines.error(f"the reference of site '{site}' has a url but no sha256", *keys, remedy=remedy)


def _reference_path(said: dict, source: str | None, folder: Path) -> Path | None:
    """Give the file of a reference; None where it is to be downloaded, or not used."""
    if said["path"]:
        return located(folder, said["path"])
    if source in (None, "download"):
        return None
    return located(Path(), Path(source) / said["url"].rpartition("/")[2])
