"""What rules take and which rules there are: functions of wildcards, and names made of the config.

in:  SETTINGS, RUNS, SAMPLES, DATASETS, FITS
out: functions and names that reads.smk, variants.smk, fits.smk, quality.smk, figures.smk and report.smk use
"""

from itertools import product

from cisphys.figures.of_fits import FIT_FIGURES, files_drawn
from cisphys.models.language import load_spec
from cisphys.models.spec import BLACK_BOX
from cisphys.reads.published import read_sources

# reads -----------------------------------------------------------------------------------------------


def samples_of(run):
    """Return (name, index) of each sample of a run; an association run is one sample, its library."""
    if RUNS[run].role == "association":
        return [(name, "") for name, library in LIBRARIES.items() if run in library.runs]
    return [(sample.name, sample.index) for sample in SAMPLES if sample.run == run]


def made_run(how):
    """Return the name of the run whose reads the workflow makes in this way, or None."""
    return next((run.name for run in RUNS.values() if run.made == how), None)


def reads_of(wildcards):
    """Return all files of a run's reads."""
    run = RUNS[wildcards.run]
    return list(run.paths) if run.made == "given" else [f"{RESULTS}/reads/{run.name}.fastq.gz"]


def files_by_read(run):
    """Return read -> its files, lanes in order, for each read of a run; of read2 it may be the word interleaved."""
    return {
        read: lanes if isinstance(lanes, str) else list(map(str, lanes))
        for read, lanes in RUNS[run].files.items()
    }


# runs whose reads carry UMIs; where there is one, each run has a table of molecules
RUNS_WITH_UMIS = [name for name in RUNS_TO_COUNT if SETTINGS.layouts[RUNS[name].layout].umis]


def files_of(wildcards):
    """Return the files of a run by read, also of one whose reads the workflow makes."""
    made = RUNS[wildcards.run].made != "given"
    return {"read1": reads_of(wildcards)} if made else files_by_read(wildcards.run)


def library_path(experiment):
    """Return the table of an experiment's library, given or built; [] where there is none."""
    entry = SETTINGS.experiment(experiment)
    return f"{RESULTS}/libraries/{entry.built}/library.tsv.gz" if entry.built else entry.library or []


def libraries_of(run):
    """Return sample -> the library of its experiment, for the samples of a run that have one."""
    members = [sample for sample in SAMPLES if sample.run == run and sample.experiment]
    found = {sample.name: library_path(sample.experiment) for sample in members}
    return {name: str(path) for name, path in found.items() if path}


if made_run("published"):
    SOURCES = {
        (source.experiment, source.bin): source for source in read_sources(SETTINGS.published_counts.sources)
    }
    PUBLISHED_SAMPLES = {
        sample.name: (sample.experiment, sample.bin)
        for sample in SAMPLES
        if sample.run == made_run("published") and (sample.experiment, sample.bin) in SOURCES
    }


# runs whose indices have several parts, which can change partners
RUNS_OF_PARTS = [name for name in RUNS_TO_COUNT if len(SETTINGS.layouts[RUNS[name].layout].samples) > 1]

# variants --------------------------------------------------------------------------------------------


def runs_of(dataset):
    """Return the runs that hold the samples of a dataset."""
    names = DATASETS[dataset].sample_names
    return sorted({sample.run for sample in SAMPLES if sample.name in names})


def datasets_of_experiment(experiment):
    """Return the names of the datasets of an experiment."""
    return [name for name, dataset in DATASETS.items() if dataset.experiment == experiment]


def merges_of(dataset):
    """Return the table of the barcodes of a dataset's experiment that are joined to others; [] where it does not cluster."""
    experiment = DATASETS[dataset].experiment
    return f"{RESULTS}/merged_barcodes/{experiment}.tsv.gz" if experiment in CLUSTERED else []


CLUSTERED = {
    experiment.name: experiment.cluster_ratio
    for experiment in SETTINGS.experiments
    if experiment.cluster_ratio
}


def library_of(dataset):
    """Return the library of a dataset's experiment, or []."""
    return library_path(DATASETS[dataset].experiment)


def filters_of(dataset):
    """Return the filters of a dataset, as plain values."""
    return vars(DATASETS[dataset].filters)


DATASETS_OF_BINS = [name for name in DATASETS_OF_READS if not DATASETS[name].molecules]
DATASETS_OF_BARCODES = [name for name in DATASETS_OF_BINS if library_of(name)]
DATASETS_OF_VARIANTS = [name for name in DATASETS_OF_BINS if not library_of(name)]
DATASETS_OF_MOLECULES = [
    name for name in DATASETS_OF_READS if DATASETS[name].molecules and not library_of(name)
]
DATASETS_OF_BARCODED_MOLECULES = [
    name for name in DATASETS_OF_READS if DATASETS[name].molecules and library_of(name)
]


def counts_of(wildcards):
    """Return the tables of counts that hold the samples of a dataset."""
    return collect(rules.count_reads.output.counts, run=runs_of(wildcards.dataset))


def counts_of_experiment(wildcards):
    """Return the tables of counts that hold the samples of an experiment."""
    names = {run for dataset in datasets_of_experiment(wildcards.experiment) for run in runs_of(dataset)}
    return collect(rules.count_reads.output.counts, run=sorted(names))


def fates_of(wildcards):
    """Return the fates of the reads of the same runs."""
    return collect(rules.count_reads.output.fates, run=runs_of(wildcards.dataset))


# quality ---------------------------------------------------------------------------------------------


def measured_files(dataset):
    """Return the files that the quality of a dataset is measured by: its variants, barcodes and library."""
    files = {"variants": f"{RESULTS}/variants/{dataset}.tsv.gz"}
    if dataset in DATASETS_OF_BARCODES + DATASETS_OF_BARCODED_MOLECULES:
        files |= {"barcodes": f"{RESULTS}/barcodes/{dataset}.tsv.gz", "library": str(library_of(dataset))}
    return files


def about_data(dataset):
    """Return what the report says of a dataset: its conditions, where it comes from, and whether it starts from reads."""
    origin = SETTINGS.experiment(DATASETS[dataset].experiment).origin
    conditions = DATASETS[dataset].conditions
    return {"conditions": conditions, "origin": origin, "from_reads": dataset in DATASETS_OF_READS}


def has_replicates(dataset):
    """Tell whether a dataset holds several replicates of RNA and DNA."""
    return len({replicate for *_, replicate in DATASETS[dataset].molecules}) > 1


# what there is to show depends on where the counts are from
QUALITY_FIGURES = [
    *(["saturation", "lorenz"] if RUNS_TO_COUNT else []),
    "reads_per_bin",
    "mutation_rates",
    *(["barcodes_per_variant"] if DATASETS_OF_BARCODES + DATASETS_OF_BARCODED_MOLECULES else []),
    *(["replicates"] if REPLICATES or any(map(has_replicates, DATASETS)) else []),
]


def outputs_of_quality():
    """Return <figure>_<format> -> file for the figures of the quality check."""
    drawn = {}
    for name in QUALITY_FIGURES:
        about = ("../report/quality.rst", "Quality", {"figure": name.replace("_", " ")})
        drawn |= figure(f"{RESULTS}/figures/quality/{name}", *about, prefix=f"{name}_")
    return drawn


# fits ------------------------------------------------------------------------------------------------


def datasets_of_model(model):
    """Return the datasets that a model is fitted to."""
    fits = [name for name, fit in FITS.items() if fit.model == model]
    return list(dict.fromkeys(name for fit in fits for name in datasets_of(fit)))


def length_for(model):
    """Return the length of the variants that a model is fitted to, or None where no layout says it."""
    names = {name for dataset in datasets_of_model(model) for name in DATASETS[dataset].sample_names}
    runs = {sample.run for sample in SAMPLES if sample.name in names}
    counted = [SETTINGS.layouts[RUNS[run].layout].counted for run in runs]
    lengths = {each.length for each in counted if each.name == "variant" and each.fixed}
    return lengths.pop() if len(lengths) == 1 else None


def data_of_fit(fit, *alone):
    """Return how the variants of a fit, or of single datasets of it, are read: what `load_datasets` asks for."""
    return {
        "conditions": {name: DATASETS[name].conditions for name in alone or datasets_of(fit)},
        "split": vars(SETTINGS.split),
        "seed": SETTINGS.seed,
        "measurement": FITS[fit].measurement,
    }


def options_of_fit(fit):
    """Return how a fit searches: the fields of `cisphys.inference.search.FitOptions`."""
    return {key: getattr(FITS[fit], key) for key in ("restarts", "ridge", "spline")} | {"seed": SETTINGS.seed}


def references_of(fit):
    """Return site -> the file with its reference matrix: given, downloaded, or that of the fit that was simulated from."""
    if FITS[fit].truth:
        return {"": f"{SETTINGS.simulate.fit}/energy_matrices.tsv"}
    return {
        reference.site: reference.path or f"{RESULTS}/references/{reference.file}"
        for reference in FITS[fit].references
    }


TO_DOWNLOAD = {
    reference.file: reference
    for fit in FITS.values()
    for reference in fit.references
    if reference.path is None
}
SPECS = {name: load_spec(fit.model_path, schema("model")) for name, fit in FITS.items()}
# declared networks, which have matrices and can be taken up again (`cisphys.inference.reopened`)
FITS_OF_NETWORKS = [name for name, spec in SPECS.items() if spec.family != BLACK_BOX]
FITS_WITH_BOOTSTRAP = [name for name in FITS_OF_NETWORKS if FITS[name].bootstrap.replicates]
FITS_WITH_LACKING = [name for name in FITS_OF_NETWORKS if FITS[name].lacking]
FITS_BY_CONDITION = [name for name in FITS_OF_NETWORKS if SPECS[name].condition_columns]
FITS_WITH_REFERENCES = [name for name in FITS if references_of(name)]

FITS_TO_RECOVER = [name for name in FITS_OF_NETWORKS if FITS[name].recover]
FITS_TO_COVER = [name for name in FITS_OF_NETWORKS if FITS[name].coverage.simulations]
FITS_TO_PLAN = [name for name in FITS_OF_NETWORKS if FITS[name].design]
FITS_TO_SEPARATE = [name for name in FITS_OF_NETWORKS if FITS[name].separate]
PUBLISHED_VALUES = [tuple(vars(each).values()) for fit in FITS.values() for each in fit.published]
FITS_WITH_STATES = [name for name, spec in SPECS.items() if spec.states]
# figure -> the fits that have it: those that are drawn together, and those of what may take hours after the fit
FIGURES_OF_FITS = {
    "energy_matrices": FITS_OF_NETWORKS,
    "energy_matrices_single": FITS_OF_NETWORKS,
    "network": list(FITS),
    "occupancies": FITS_WITH_STATES,
    "landscape": FITS_WITH_STATES,
    "profiles": FITS_WITH_STATES,
    "conditions": FITS_BY_CONDITION,
    "identifiability": FITS_OF_NETWORKS,
    "recovery": FITS_WITH_REFERENCES,
    "measurement": list(FITS),
    "calibration": list(FITS),
    "lacking": FITS_WITH_LACKING,
    "found_against_true": FITS_TO_RECOVER,
    "search": list(FITS),
    "traces": list(FITS),
}
FIGURES_OF_SIMULATIONS = {
    "bootstrap": FITS_WITH_BOOTSTRAP,
    "coverage": FITS_TO_COVER,
    "design": FITS_TO_PLAN,
}
# of what fits are drawn beside each other
FIGURES_OF_COMPARISON = [
    *(["comparison"] if len(FITS) > 1 else []),
    *(["parameters"] if PUBLISHED_VALUES or len(FITS_WITH_STATES) > 1 else []),
]


def figures_of(fit, figures):
    """Return the names of a fit's figures among `figures` (name -> fits)."""
    return [name for name, fits in figures.items() if fit in fits]


def outputs_of_figures(fit, figures):
    """Return <figure>_<format> -> file for a fit's figures among `figures` (name -> fits)."""
    drawn = {}
    for name in figures_of(fit, figures):
        caption = f"../report/{name.removesuffix('_single')}.rst"
        labels = {"fit": "{fit}", "figure": FIT_FIGURES[name].title}
        drawn |= figure(f"{RESULTS}/figures/{{fit}}/{name}", caption, "Fits", labels, f"{name}_")
    return drawn


def figure_files(figures):
    """Return the files of all figures among `figures` (name -> fits)."""
    drawn = [f"{RESULTS}/figures/{fit}/{name}" for name, fits in figures.items() for fit in fits]
    return [f"{stem}.{form}" for stem in drawn for form in FIGURE_FORMATS]


def outputs_of_comparison():
    """Return <figure>_<format> -> file for the figures of several fits."""
    titles = {"comparison": "comparison of fits", "parameters": "parameters of several fits"}
    drawn = {}
    for name in FIGURES_OF_COMPARISON:
        about = (f"../report/{name}_of_fits.rst", "Fits", {"figure": titles[name]})
        drawn |= figure(f"{RESULTS}/figures/{name}", *about, prefix=f"{name}_")
    return drawn
