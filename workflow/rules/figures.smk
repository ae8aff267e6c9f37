"""Figures: drawn from the tables of a fit and of the reads, each as SVG, PDF and PNG.

in:  fits/<fit>/, read_fates.tsv, checks/<run>.index_combinations.tsv, libraries/<library>/{library.tsv.gz,sweep.tsv,summary.tsv}
out: figures/<fit>/{energy_matrices,measurement,profiles,recovery}.{svg,pdf,png}, figures/read_fates.{svg,pdf,png},
     figures/cross_talk/<run>.{svg,pdf,png}, figures/libraries/<library>/{sweep,barcodes_per_variant}.{svg,pdf,png}
"""


rule plot_energy_matrices:
    """Draw every site of a fit as a logo and a heat map, beside its reference where there is one."""
    input:
        matrices=f"{RESULTS}/fits/{{fit}}/energy_matrices.tsv",
        references=f"{RESULTS}/fits/{{fit}}/reference_matrices.tsv",
        summary=f"{RESULTS}/fits/{{fit}}/summary.json",
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/energy_matrices",
            caption="../report/energy_matrices.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "energy matrices"},
        ),
    log:
        f"{LOGS}/plot_energy_matrices/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_OF_NETWORKS),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, FIGURES),
    script:
        "../../scripts/plot_energy_matrices.py"


rule plot_measurement:
    """Draw what is measured given the latent."""
    input:
        measurement=f"{RESULTS}/fits/{{fit}}/measurement.tsv",
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/measurement",
            caption="../report/measurement.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "measurement process"},
        ),
    log:
        f"{LOGS}/plot_measurement/{{fit}}.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, FIGURES),
    script:
        "../../scripts/plot_measurement.py"


rule plot_profiles:
    """Draw the profile likelihood of each parameter that the reads inform."""
    input:
        profiles=f"{RESULTS}/fits/{{fit}}/profiles.tsv",
        parameters=f"{RESULTS}/fits/{{fit}}/parameters.tsv",
        summary=f"{RESULTS}/fits/{{fit}}/summary.json",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/profiles",
            caption="../report/profiles.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "profile likelihoods"},
        ),
    log:
        f"{LOGS}/plot_profiles/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_WITH_STATES),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
    script:
        "../../scripts/plot_profiles.py"


rule plot_recovery:
    """Draw fitted energies against those of the reference, or against the truth that was put in."""
    input:
        matrices=f"{RESULTS}/fits/{{fit}}/energy_matrices.tsv",
        references=f"{RESULTS}/fits/{{fit}}/reference_matrices.tsv",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/recovery",
            caption="../report/recovery.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "against the reference"},
        ),
    log:
        f"{LOGS}/plot_recovery/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_WITH_REFERENCES),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, FIGURES),
    script:
        "../../scripts/plot_recovery.py"


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
    script:
        "../../scripts/plot_cross_talk.py"
