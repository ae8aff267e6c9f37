"""The report: one HTML file that holds the analysis.

in:  read_fates.tsv, the checks of the reads, qc.tsv, libraries/<library>/summary.tsv, filters/<dataset>.tsv, fits/<fit>/,
     comparison.tsv, figures/
out: report.html
"""


rule make_report:
    """Put tables and figures, with words, into one page that needs no network."""
    input:
        fates=rules.collect_fates.output.fates if RUNS else [],
        fates_figure=rules.plot_read_fates.output if RUNS else [],
        quality=rules.check_quality.output,
        quality_figures=rules.plot_quality.output,
        checks=rules.collect_checks.output if RUNS else [],
        cross_talk=collect(rules.plot_cross_talk.output, run=RUNS_OF_PARTS),
        libraries=collect(rules.build_library.output.summary, library=LIBRARIES),
        libraries_figures=collect(
            [*rules.plot_library_sweep.output, *rules.plot_library_barcodes.output], library=LIBRARIES
        ),
        variants=[f"{RESULTS}/variants/{name}.tsv.gz" for name in DATASETS],
        filters=[
            f"{RESULTS}/filters/{name}.tsv"
            for name in DATASETS_OF_MOLECULES + DATASETS_OF_BARCODED_MOLECULES
        ],
        fits=collect(rules.fit_model.output, fit=FITS),
        comparison=rules.compare_fits.output if FITS else [],
        fits_figures=figure_files(FIGURES_OF_FITS | FIGURES_OF_SIMULATIONS),
        bootstrap=collect(rules.collect_bootstrap.output, fit=FITS_WITH_BOOTSTRAP),
        lacking=collect(rules.test_what_lacks.output, fit=FITS_WITH_LACKING),
        found_again=collect(rules.recover_fit.output, fit=FITS_TO_RECOVER),
        coverage=collect(rules.collect_coverage.output, fit=FITS_TO_COVER),
        design=collect(rules.plan_design.output, fit=FITS_TO_PLAN),
        shared=collect(rules.compare_with_separate.output.table, fit=FITS_TO_SEPARATE),
        comparison_figures=rules.plot_comparison.output if FIGURES_OF_COMPARISON else [],
    output:
        report=f"{RESULTS}/report.html",
    log:
        f"{LOGS}/make_report.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        analysis={
            "name": SETTINGS.analysis,
            "data": {name: about_data(name) for name in DATASETS},
            "fits": list(FITS),
            "has_reads": bool(RUNS),
            "counted_runs": RUNS_TO_COUNT,
            "runs_of_parts": RUNS_OF_PARTS,
            "libraries": list(LIBRARIES),
            "filtered": DATASETS_OF_MOLECULES + DATASETS_OF_BARCODED_MOLECULES,
            "quality_figures": QUALITY_FIGURES,
            "seed": SETTINGS.seed,
            "config_sha256": analysis_sha256(config),
            "config": analysis_yaml(config),
            "temperature_C": SETTINGS.temperature_C,
        },
        code=fingerprint(READS, ASSOCIATION, MODELS, QUALITY, FIGURES, REPORT),
    message:
        "Writing the report"
    script:
        "../../scripts/make_report.py"
