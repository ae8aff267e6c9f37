"""Figures: drawn from the tables of a fit and of the reads, each as SVG, PDF and PNG.

in:  fits/<fit>/, comparison.tsv, read_fates.tsv, checks/, quality/, libraries/<library>/
out: figures/<fit>/, figures/libraries/<library>/, figures/cross_talk/, and figures/ for what is of the whole analysis
"""

# A fit's figures are drawn by one job, since starting a job takes longer than drawing a figure, and which figures it has depends on
# the fit: so each fit has a rule of its own. What was simulated from it may take hours, and is drawn when it is there.
for _fit, (_rule, _figures) in product(
    FITS, {"plot_fit": FIGURES_OF_FITS, "plot_simulations": FIGURES_OF_SIMULATIONS}.items()
):
    if figures_of(_fit, _figures):

        rule:
            """Draw the figures of a fit."""
            name:
                f"{_rule}_{_fit}"
            input:
                [f"{RESULTS}/fits/{_fit}/{file}" for file in files_drawn(figures_of(_fit, _figures))],
            output:
                **outputs_of_figures(_fit, _figures),
            log:
                f"{LOGS}/{_rule}/{{fit}}.log",
            wildcard_constraints:
                fit=re.escape(_fit),
            group:
                # of the Slurm profile, which cannot name these rules
                "figures" if _rule == "plot_fit" else "simulations"
            conda:
                "../../envs/report.yaml"
            threads: 1
            resources:
                mem_mb=by_attempt(1500),
                runtime=10,
            params:
                code=fingerprint(MODELS, FIGURES),
                figures=figures_of(_fit, _figures),
            message:
                "Drawing the figures of {wildcards.fit}"
            script:
                "../../scripts/plot_fit.py"


rule plot_comparison:
    """Draw the fits beside each other: what they tell of the same test variants, and their parameters."""
    input:
        comparison=rules.compare_fits.output.comparison,
        parameters=collect(f"{RESULTS}/fits/{{fit}}/parameters.tsv", fit=FITS_WITH_STATES),
    output:
        **outputs_of_comparison(),
    log:
        f"{LOGS}/plot_comparison.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
        figures=FIGURES_OF_COMPARISON,
        fits=FITS_WITH_STATES,
        published=PUBLISHED_VALUES,
        temperature_C=SETTINGS.temperature_C,
    message:
        "Drawing the fits beside each other"
    script:
        "../../scripts/plot_comparison.py"


rule plot_read_fates:
    """Draw what became of the reads of each sample."""
    input:
        fates=rules.collect_fates.output.fates,
    output:
        **figure(
            f"{RESULTS}/figures/read_fates",
            caption="../report/read_fates.rst",
            category="Reads",
            labels={"figure": "fate of every read"},
        ),
    log:
        f"{LOGS}/plot_read_fates.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
    message:
        "Drawing what became of the reads"
    script:
        "../../scripts/plot_read_fates.py"


rule plot_library_sweep:
    """Draw what other thresholds would call of a library."""
    input:
        sweep=rules.build_library.output.sweep,
    output:
        **figure(
            f"{RESULTS}/figures/libraries/{{library}}/sweep",
            caption="../report/library_sweep.rst",
            category="Reads",
            labels={"library": "{library}", "figure": "thresholds"},
        ),
    log:
        f"{LOGS}/plot_library_sweep/{{library}}.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
        min_support=lambda wildcards: LIBRARIES[wildcards.library].thresholds.min_support,
        fraction=lambda wildcards: LIBRARIES[wildcards.library].thresholds.fraction,
    message:
        "Drawing what other thresholds would call of library {wildcards.library}"
    script:
        "../../scripts/plot_library_sweep.py"


rule plot_library_barcodes:
    """Draw how many barcodes the variants of a library have."""
    input:
        library=rules.build_library.output.library,
        summary=rules.build_library.output.summary,
    output:
        **figure(
            f"{RESULTS}/figures/libraries/{{library}}/barcodes_per_variant",
            caption="../report/library_barcodes.rst",
            category="Reads",
            labels={"library": "{library}", "figure": "barcodes per variant"},
        ),
    log:
        f"{LOGS}/plot_library_barcodes/{{library}}.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=10,
    params:
        code=fingerprint(QUALITY, FIGURES),
    message:
        "Drawing the barcodes per variant of library {wildcards.library}"
    script:
        "../../scripts/plot_library_barcodes.py"


rule plot_cross_talk:
    """Draw how often parts of the indices of a run were read together."""
    input:
        combinations=rules.check_reads.output.combinations,
    output:
        **figure(
            f"{RESULTS}/figures/cross_talk/{{run}}",
            caption="../report/cross_talk.rst",
            category="Reads",
            labels={"run": "{run}", "figure": "cross-talk"},
        ),
    log:
        f"{LOGS}/plot_cross_talk/{{run}}.log",
    wildcard_constraints:
        run=one_of(RUNS_OF_PARTS),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(QUALITY, FIGURES),
    message:
        "Drawing the cross-talk between the indices of run {wildcards.run}"
    script:
        "../../scripts/plot_cross_talk.py"
