"""What all rules share: the library, the config and the sheets, checked before anything runs.

in:  config, the sheets of runs and samples that it names
out: SETTINGS, RUNS, SAMPLES, DATASETS and the names made of them; wildcard constraints
"""

import re
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

# Every module of the library, by the stage that uses it. Snakemake does not see what a script imports, so each rule has the
# fingerprint of its stages as a parameter, and a change of them reruns it. Hosted workflows fetch what is listed here, and only that.
BASE = (
    "__init__ bar coordinates dna errors files log measurement_options progress reads/__init__ reads/compiled schema "
    "sequence_files tables text_table units yaml_lines"
).split()
CONFIG = (
    "association_checks config config_files config_fits config_reads datasets fit_checks sample_checks settings "
    "sheet_rows sheets"
).split()
READS = "variants given_table molecules barcode_filters".split() + [
    f"reads/{name}"
    for name in (
        "alignments barcodes batch_match blocks cluster codes copies count counts cram_check demultiplex elements engine "
        "estimate fastq fates index_checks index_tables kernels layout layout_check layout_rules layout_words library "
        "line_match match mates merge merging molecules open_tables plan published read_structures rows saturation scan "
        "search tally umis unit_match unit_tally units"
    ).split()
]
ASSOCIATION = [
    f"association/{name}"
    for name in (
        "__init__ assign build calls collisions consensus designed edits layouts pairs reading sweep"
    ).split()
]
MODELS = [
    f"models/{name}"
    for name in (
        "__init__ balance blackbox cycles describe drive equilibrium families features kinetic kinetic_language kinetics "
        "king_altman language linear mirrors network predictions recurrence reference saved site_language sites spec "
        "state_network steady_state told_apart transitions unfitted"
    ).split()
]
INFERENCE = [
    f"inference/{name}"
    for name in (
        "__init__ alone always_bound bin_entries blackbox blackbox_fit bootstrap_tables bspline calibration changed_data "
        "channels clusters comparison continuous count_noise coverage curve cycle_table data_checks dataset design device "
        "dirichlet ensemble error_tables fit fit_tables held held_out identifiability identifiability_report "
        "identifiability_words intrinsic lacking lacking_candidates lacking_ends lacking_gain lacking_mutations "
        "lacking_places lacking_scores lacking_words landscape landscape_plane library_energies measured measured_columns "
        "measurement metrics mirror_checks mutual_information named_information newton noise null_directions "
        "occupancy_table orientation outputs pair_sums paired parameter_table planning prior_shares problem processes "
        "profile profile_curve profile_lines profiles quantities quasi_newton recovery references refit reopened "
        "residuals ridge rna_dna sandwich search shared_energies simulated solution sorted_bins sparse_basis start term "
        "traces"
    ).split()
]
SIMULATION = ["simulate"]
QUALITY = [f"quality/{name}" for name in "__init__ check cross_talk measures metrics".split()]
FIGURES = [
    f"figures/{name}"
    for name in (
        "__init__ barcodes bootstrap calibration comparison conditions correlations coverage cross_talk design "
        "energy_matrices fit_figures found_against_true identifiability intervals lacking landscape landscape_letters "
        "landscape_levels landscape_names landscape_plane library_sweep matrix_key matrix_panels measured_curve "
        "measurement network network_nodes network_values null_lines occupancies of_fits panels parameters pictograms "
        "placement profiles promoter_track quality reaction_graph reaction_layout reaction_rates read_fates recovery "
        "replicates saturation search sequence_layers sites spread state_list style traces"
    ).split()
]
REPORT = [
    f"report/{name}"
    for name in (
        "__init__ build cells citations compared contents coverage dictionary downloads filters fit_figures fit_page "
        "fit_tables folder happened lacking learned learned_checks learned_limits learned_parameters libraries methods "
        "observed overview passages pictures predicted quality reads scatter set_aside shown verdicts words"
    ).split()
] + [
    f"report/{name}"
    for name in (
        "about.html.jinja comparison.html.jinja contents.html.jinja copying.js dictionary.yaml figures.js fit.html.jinja "
        "libraries.html.jinja macros.html.jinja overview.html.jinja pages.js quality.html.jinja reads.html.jinja "
        "report.css tables.js template.html.jinja"
    ).split()
]


def modules(*stages):
    """Return the paths of the base and of these stages of the library, fetched where the workflow is hosted."""
    names = [f"{name}.py" if "." not in name else name for stage in (BASE, *stages) for name in stage]
    return [workflow.source_path(f"../../scripts/cisphys/{name}") for name in names]


def fingerprint(*stages):
    """Return a hash of the contents of the base and of these stages of the library."""
    contents = b"".join(Path(path).read_bytes() for path in modules(*stages))
    return sha256(contents).hexdigest()[:16]


sys.path.insert(
    0,
    str(
        Path(
            modules(CONFIG, READS, ASSOCIATION, MODELS, INFERENCE, SIMULATION, QUALITY, FIGURES, REPORT)[0]
        ).parents[1]
    ),
)

from snakemake.exceptions import WorkflowError

from cisphys.config import analysis_sha256, analysis_yaml, config_sha256, load_settings
from cisphys.config_files import check_files
from cisphys.datasets import datasets
from cisphys.errors import InputError
from cisphys.fit_checks import check_models
from cisphys.reads.demultiplex import check_indices
from cisphys.sheets import check_reads_exist, read_runs, read_samples


def schema(name):
    """Return the path of a schema."""
    return workflow.source_path(f"../schemas/{name}.schema.yaml")


def load_all():
    """Return settings, runs, samples and datasets, or stop with one message."""
    files = list(dict.fromkeys(workflow.configfiles))
    if len(files) > 1:
        raise InputError(
            f"{len(files)} config files are given: {', '.join(map(str, files))}", remedy="Give one"
        )
    settings = load_settings(config, files[0] if files else None, schema("config"))
    runs = read_runs(settings, schema("runs"))
    samples = read_samples(settings, runs, schema("samples"))
    check_files(settings)
    check_reads_exist(settings, runs)
    for run in runs:
        if run.role == "association":
            continue
        members = [(sample.name, sample.index) for sample in samples if sample.run == run.name]
        check_indices(members, settings.layouts[run.layout], settings.samples, settings.demultiplexing.margin)
    found = datasets(settings, samples)
    check_models(settings, runs, samples, found, schema("model"))
    return settings, runs, samples, found


try:
    SETTINGS, _runs, SAMPLES, _datasets = load_all()
except InputError as mistake:
    raise WorkflowError(str(mistake)) from None

RUNS = {run.name: run for run in _runs}
RUNS_TO_COUNT = [name for name, run in RUNS.items() if run.role == "counts"]
LIBRARIES = SETTINGS.libraries
DATASETS = {dataset.name: dataset for dataset in _datasets}
FITS = {fit.name: fit for fit in SETTINGS.fits}
DATASETS_OF_READS = [
    name for name, dataset in DATASETS.items() if SETTINGS.experiment(dataset.experiment).from_reads
]
REPLICATES = {
    name: [dataset.name for dataset in _datasets if dataset.experiment == name]
    for name, times in Counter(dataset.experiment for dataset in _datasets).items()
    if times > 1
}
DATASETS_OF_TABLES = [name for name in DATASETS if name not in DATASETS_OF_READS]
RESULTS = f"results/{SETTINGS.analysis}"
LOGS = f"logs/{SETTINGS.analysis}"
BENCHMARKS = f"benchmarks/{SETTINGS.analysis}"
FIGURE_FORMATS = ("svg", "pdf", "png")


def one_of(names):
    """Return a pattern that matches these names and nothing else."""
    return "|".join(map(re.escape, names)) or "(?!)"


def datasets_of(fit):
    """Return the names of the datasets that a fit is fitted to."""
    return [name for name, dataset in DATASETS.items() if dataset.experiment in FITS[fit].experiments]


def by_attempt(megabytes):
    """Return a rule's memory: once as much again at each new attempt, for a job that may have run out of it."""
    return lambda wildcards, attempt: megabytes * attempt


def figure(stem, caption, category, labels, prefix=""):
    """Return a figure in its three formats, by `prefix` and format; the report of Snakemake shows the SVG."""
    return {
        f"{prefix}svg": report(f"{stem}.svg", caption=caption, category=category, labels=labels),
        f"{prefix}pdf": f"{stem}.pdf",
        f"{prefix}png": f"{stem}.png",
    }


wildcard_constraints:
    run=one_of(RUNS),
    dataset=one_of(DATASETS),
    fit=one_of(FITS),
    model=one_of(SETTINGS.models),
    asked=one_of(SETTINGS.predictions),
    library=one_of(LIBRARIES),
