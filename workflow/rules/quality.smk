"""Quality: numbers of every sample and dataset, each held against its limits.

in:  read_fates.tsv, index_combinations.tsv, counts/<run>.tsv.gz, variants/<dataset>.tsv.gz, barcodes/<dataset>.tsv.gz, libraries
out: qc.tsv, qc.json, quality/<figure>.tsv, figures/quality/<figure>.{svg,pdf,png}
"""


rule check_quality:
    """Measure depth, saturation, balance, mutations and agreement of replicates; give each a verdict."""
    input:
        fates=rules.collect_fates.output.fates if RUNS else [],
        combinations=rules.collect_checks.output.combinations if RUNS else [],
        counts=collect(rules.count_reads.output.counts, run=RUNS_TO_COUNT),
        variants=collect(f"{RESULTS}/variants/{{dataset}}.tsv.gz", dataset=DATASETS),
        barcodes=collect(
            f"{RESULTS}/barcodes/{{dataset}}.tsv.gz",
            dataset=DATASETS_OF_BARCODES + DATASETS_OF_BARCODED_MOLECULES,
        ),
        libraries=sorted({path for run in RUNS for path in libraries_of(run).values()}),
    output:
        **{name: f"{RESULTS}/quality/{name}.tsv" for name in QUALITY_FIGURES},
        table=report(
            f"{RESULTS}/qc.tsv",
            caption="../report/qc.rst",
            category="Quality",
            labels={"table": "quality check"},
        ),
        summary=f"{RESULTS}/qc.json",
    log:
        f"{LOGS}/check_quality.log",
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(READS, QUALITY),
        limits={metric: vars(limits) for metric, limits in SETTINGS.qc.items()},
        datasets={name: measured_files(name) for name in DATASETS},
        replicates=REPLICATES,
        controls=[sample.name for sample in SAMPLES if sample.role == "control"],
        libraries={sample: path for run in RUNS for sample, path in libraries_of(run).items()},
    message:
        "Checking the quality of samples and datasets"
    script:
        "../../scripts/check_quality.py"


rule plot_quality:
    """Draw the figures of the quality check."""
    input:
        **{name: f"{RESULTS}/quality/{name}.tsv" for name in QUALITY_FIGURES},
    output:
        **outputs_of_quality(),
    log:
        f"{LOGS}/plot_quality.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
        figures=QUALITY_FIGURES,
    message:
        "Drawing the quality check"
    script:
        "../../scripts/plot_quality.py"
