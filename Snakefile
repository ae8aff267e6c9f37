# From reporter-assay reads to the biophysics of gene regulation. README.md tells how to run it, config/README.md what to configure.
from snakemake.utils import min_version

min_version("9.0")


# One config is loaded, never two: Snakemake would merge them key by key, and the example would leak into every other analysis.
if not workflow.configfiles and "analysis" not in config:

    configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/libraries.smk"
include: "workflow/rules/reads.smk"
include: "workflow/rules/variants.smk"
include: "workflow/rules/fits.smk"
include: "workflow/rules/recovery.smk"
include: "workflow/rules/quality.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        rules.make_report.output,
        rules.collect_fates.output if RUNS else [],
        rules.collect_checks.output if RUNS else [],
        rules.collect_molecules.output if RUNS_WITH_UMIS else [],
        collect(rules.build_library.output, library=LIBRARIES),
        collect(rules.plot_library_sweep.output, library=LIBRARIES),
        collect(rules.join_variants.output, dataset=DATASETS_OF_VARIANTS),
        collect(rules.join_barcodes.output, dataset=DATASETS_OF_BARCODES),
        collect(rules.join_molecules.output, dataset=DATASETS_OF_MOLECULES),
        collect(rules.join_barcoded_molecules.output, dataset=DATASETS_OF_BARCODED_MOLECULES),
        collect(rules.import_table.output, dataset=DATASETS_OF_TABLES),
        rules.check_quality.output,
        collect(rules.fit_model.output, fit=FITS),
        collect(rules.collect_bootstrap.output, fit=FITS_WITH_BOOTSTRAP),
        rules.compare_fits.output if FITS else [],
        figure_files(FIGURES_OF_FITS | FIGURES_OF_SIMULATIONS),
        [
            f"{RESULTS}/predictions/{fit}.{asked}.tsv.gz"
            for asked in SETTINGS.predictions
            for fit in SETTINGS.predictions[asked].fits
        ],


rule describe:
    """Tell every model of the config as a network: results/<analysis>/models/."""
    input:
        collect(rules.describe_model.output, model=SETTINGS.models),
