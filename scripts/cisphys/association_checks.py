"""What association runs and the libraries of a config must agree on: each run is used by one library, and none is missing."""

from typing import TYPE_CHECKING

from cisphys.association.layouts import check_layout
from cisphys.errors import InputError, nearest
from cisphys.settings import Settings
from cisphys.yaml_lines import Lines

if TYPE_CHECKING:
    from cisphys.sheets import Run


def check_libraries(settings: Settings, runs: tuple["Run", ...]) -> None:
    """Raise InputError where a library names a run that is not there, of another role, or of another library, and where an
    association run has a layout without a barcode or a variant, or belongs to no library.
    """
    by_name = {run.name: run for run in runs}
    owner: dict[str, str] = {}
    for library in settings.libraries.values():
        for number, name in enumerate(library.runs):
            place = ("libraries", library.name, "runs", number)
            if name not in by_name:
                problem = f"run '{name}' of library '{library.name}' is not in {settings.runs} ({nearest(name, by_name)})"
                raise settings.lines.error(problem, *place)
            if by_name[name].role != "association":
                problem = f"run '{name}' of library '{library.name}' has the role {by_name[name].role}"
                raise settings.lines.error(problem, *place, remedy=f"Give it the role association in {settings.runs}")
            if owner.setdefault(name, library.name) != library.name:
                problem = f"run '{name}' belongs to the libraries '{owner[name]}' and '{library.name}'"
                raise settings.lines.error(problem, *place, remedy="A run belongs to one library")
    for run in runs:
        if run.role == "association":
            _check_run(run, owner, settings)


def _check_run(run: "Run", owner: dict[str, str], settings: Settings) -> None:
    lines = Lines.at(settings.runs, run.line)
    if run.name not in owner:
        remedy = "Name it under `libraries` in the config, or take it out"
        raise lines.error(f"association run '{run.name}' belongs to no library", remedy=remedy)
    try:
        check_layout(settings.layouts[run.layout])
    except InputError as mistake:
        raise lines.error(str(mistake).removesuffix(".")) from None
