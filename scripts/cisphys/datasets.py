"""Groups samples into datasets, one table of variants each: sorted bins of one replicate, or RNA and DNA of all replicates."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cisphys.barcode_filters import BinFilters, Filters
from cisphys.errors import InputError, nearest
from cisphys.molecules import check_replicates
from cisphys.settings import Condition, Experiment, Settings
from cisphys.sheets import Sample
from cisphys.yaml_lines import Lines


@dataclass(frozen=True)
class Dataset:
    """One table of variants: an experiment, or one replicate of it.

    `samples` pairs each sample's name with its bin, in the order of the bins; `molecules` holds name, molecule (dna, rna) and
    replicate of each sample of an experiment in RNA and DNA, whose replicates share the table; `filters` are those of its kind.
    All are left out where the experiment starts from a table, which has the bins.
    """

    name: str
    experiment: str
    replicate: str | None
    samples: tuple[tuple[str, int], ...]
    conditions: dict[str, Condition]
    molecules: tuple[tuple[str, str, str], ...] = ()
    filters: Filters | BinFilters | None = None

    @property
    def bins(self) -> tuple[int, ...]:
        return tuple(number for _, number in self.samples)

    @property
    def sample_names(self) -> tuple[str, ...]:
        return tuple(name for name, *_ in (*self.samples, *self.molecules))


def datasets(settings: Settings, samples: tuple[Sample, ...]) -> tuple[Dataset, ...]:
    """Group samples into datasets, in the config's order of experiments; controls belong to none.

    Raises
    ------
    InputError : an experiment from reads has no samples, or both bins and molecules; a dataset has one bin only, a bin twice, a
        replicate without one sample of each molecule, or samples that differ in a condition; a fit asks for barcodes of unknown
        variants
    """
    found = tuple(dataset for experiment in settings.experiments for dataset in _datasets_of(experiment, settings, samples))
    _check_variants(settings)
    return found


def _datasets_of(experiment: Experiment, settings: Settings, samples: tuple[Sample, ...]) -> Iterator[Dataset]:
    if not experiment.from_reads:
        yield Dataset(experiment.name, experiment.name, None, (), dict(experiment.conditions))
        return
    own = [sample for sample in samples if sample.role == "data" and sample.experiment == experiment.name]
    if not own:
        problem = f"experiment '{experiment.name}' has no samples in {settings.samples}"
        raise settings.lines.error(problem, "experiments", experiment.name, remedy="Add its samples, or take the experiment out")
    if any(sample.molecule for sample in own):
        yield _in_molecules(experiment.name, own, _filters(experiment, Filters, settings), settings)
        return
    filters = _filters(experiment, BinFilters, settings)
    replicates = dict.fromkeys(sample.replicate for sample in own)
    for replicate in replicates:
        name = f"{experiment.name}.{replicate}" if len(replicates) > 1 else experiment.name
        members = [sample for sample in own if sample.replicate == replicate]
        yield _in_bins(name, sorted(members, key=lambda sample: sample.bin), filters, settings)


def _in_bins(name: str, members: list[Sample], filters: BinFilters, settings: Settings) -> Dataset:
    """Make a dataset of samples in the order of their bins."""
    first = members[0]
    for left, right in pairwise(members):
        if left.bin == right.bin:
            raise _disagreement(name, left, right, f"are both bin {left.bin}", settings)
    _check_conditions(name, members, settings)
    if len(members) == 1:
        problem = f"'{name}' has one bin only, {first.bin} (sample '{first.name}')"
        remedy = "A model can be fitted to two bins or more: add samples"
        raise Lines.at(settings.samples, first.line).error(problem, remedy=remedy)
    pairs = tuple((sample.name, sample.bin) for sample in members)
    return Dataset(name, first.experiment, first.replicate, pairs, dict(first.conditions), filters=filters)


def _in_molecules(name: str, members: list[Sample], filters: Filters, settings: Settings) -> Dataset:
    """Make the dataset of an experiment in RNA and DNA, all replicates together."""
    for left, right in pairwise(members):
        if bool(left.molecule) != bool(right.molecule):
            raise _disagreement(name, left, right, "have a bin and a molecule", settings)
    _check_conditions(name, members, settings)
    triples = tuple((sample.name, sample.molecule, sample.replicate) for sample in members)
    try:
        check_replicates(name, triples)
    except InputError as mistake:
        raise Lines.at(settings.samples, members[0].line).error(str(mistake).removesuffix(".")) from None
    return Dataset(name, name, None, (), dict(members[0].conditions), triples, filters)


def _check_conditions(name: str, members: list[Sample], settings: Settings) -> None:
    first = members[0]
    for other in members[1:]:
        for column, value in other.conditions.items():
            if value != first.conditions[column]:
                raise _disagreement(name, first, other, f"differ in {column}", settings)


def _filters(experiment: Experiment, kind: type, settings: Settings) -> Filters | BinFilters:
    """Make the filters of an experiment; InputError where the config gives those of the other kind, or there are no barcodes."""
    where = "experiments", experiment.name, "filters"
    words = "sorted bins" if kind is BinFilters else "RNA and DNA"
    for key in experiment.filters:
        if key not in vars(kind()):
            problem = f"'{key}' is no filter of {words}, as the samples of experiment '{experiment.name}' are"
            raise settings.lines.error(f"{problem} ({nearest(key, vars(kind()))})", *where, key, remedy="Take it out")
    if experiment.filters and kind is BinFilters and experiment.kind != "library":
        problem = f"experiment '{experiment.name}' has filters of barcodes, but no library"
        raise settings.lines.error(problem, *where, remedy="Take the filters out, or name the library of its barcodes")
    return kind(**experiment.filters)


def _check_variants(settings: Settings) -> None:
    """Models explain variants: barcodes alone say nothing to them."""
    for number, fit in enumerate(settings.fits):
        for name in fit.experiments:
            if settings.experiment(name).kind == "barcodes":
                problem = f"fit '{fit.name}' covers experiment '{name}', whose barcodes stand for no known variants"
                remedy = "Give the experiment a library, or take it out of the fit"
                raise settings.lines.error(problem, "fits", number, "experiments", remedy=remedy)


def _disagreement(name: str, left: Sample, right: Sample, words: str, settings: Settings) -> InputError:
    first, second = sorted((left, right), key=lambda sample: sample.line or 0)
    problem = f"samples '{first.name}' (line {first.line}) and '{second.name}' of '{name}' {words}"
    remedy = "Correct one of them, or set replicates apart in column replicate"
    return Lines.at(settings.samples, second.line).error(problem, remedy=remedy)
