"""The files that a config names, and whether they are there."""

from cisphys.settings import Settings


def check_files(settings: Settings) -> None:
    """Raise InputError where a file or folder that the config names does not exist. FASTQ files: see `cisphys.sheets`."""
    for keys, path in _named_files(settings):
        if path is not None and not path.exists():
            raise settings.lines.error(f"there is no {path}", *keys, remedy="Check the path")


def _named_files(settings: Settings):
    yield ("runs",), settings.runs
    yield ("samples",), settings.samples
    if settings.simulate:
        yield ("simulate", "fit"), settings.simulate.fit
    if settings.published_counts:
        yield ("published_counts", "sources"), settings.published_counts.sources
    for library in settings.libraries.values():
        yield ("libraries", library.name, "designed"), library.designed
    for name, path in settings.models.items():
        yield ("models", name), path
    for experiment in settings.experiments:
        yield ("experiments", experiment.name, "library"), experiment.library
        given = ("table",) if settings.table_is_given_for(experiment.name) else ("experiments", experiment.name, "table")
        yield given, experiment.table
    for index, fit in enumerate(settings.fits):
        for reference in fit.references:
            by_path = reference.url is None
            yield ("fits", index, "references", reference.site) if by_path else ("references",), reference.path
    for name, asked in settings.predictions.items():
        yield ("predictions", name, "sequences"), asked.sequences
