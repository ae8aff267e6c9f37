"""Figures: drawn from the tables of a fit and of the reads, each as SVG, PDF and PNG.

in:  fits/<fit>/, comparison.tsv, read_fates.tsv, checks/, quality/, libraries/<library>/
out: figures/<fit>/, figures/libraries/<library>/, figures/cross_talk/, and figures/ for what is of the whole analysis
"""


rule plot_energy_matrices:
    """Draw every site of a fit as a logo and a heat map, beside its reference; in two columns of a journal, and in one."""
    input:
        matrices=f"{RESULTS}/fits/{{fit}}/energy_matrices.tsv",
        errors=f"{RESULTS}/fits/{{fit}}/matrix_errors.tsv",
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
        single_svg=f"{RESULTS}/figures/{{fit}}/energy_matrices_single.svg",
        single_pdf=f"{RESULTS}/figures/{{fit}}/energy_matrices_single.pdf",
        single_png=f"{RESULTS}/figures/{{fit}}/energy_matrices_single.png",
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


rule plot_network:
    """Draw a model as a network: DNA, energies, states, rate, measurement, with the fitted values."""
    input:
        network=f"{RESULTS}/fits/{{fit}}/network.tsv",
        parameters=f"{RESULTS}/fits/{{fit}}/parameters.tsv",
        sites=f"{RESULTS}/fits/{{fit}}/landscape_sites.tsv",
        summary=f"{RESULTS}/fits/{{fit}}/summary.json",
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/network",
            caption="../report/network.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "network"},
        ),
    log:
        f"{LOGS}/plot_network/{{fit}}.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, FIGURES),
    script:
        "../../scripts/plot_network.py"


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


rule plot_occupancies:
    """Draw how likely a fit's states are, over the library and of the wild type."""
    input:
        occupancies=f"{RESULTS}/fits/{{fit}}/occupancies.tsv",
        summary=f"{RESULTS}/fits/{{fit}}/summary.json",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/occupancies",
            caption="../report/occupancies.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "occupancies"},
        ),
    log:
        f"{LOGS}/plot_occupancies/{{fit}}.log",
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
        "../../scripts/plot_occupancies.py"


rule plot_search:
    """Draw how a fit was found: its starts, and the choice of ridge and splines."""
    input:
        restarts=f"{RESULTS}/fits/{{fit}}/restarts.tsv",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/search",
            caption="../report/search.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "search"},
        ),
    log:
        f"{LOGS}/plot_search/{{fit}}.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
    script:
        "../../scripts/plot_search.py"


rule plot_identifiability:
    """Draw what the data tell of a fit's parameters: the spectrum of their information, and the sloppiest directions."""
    input:
        identifiability=f"{RESULTS}/fits/{{fit}}/identifiability.json",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/identifiability",
            caption="../report/identifiability.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "identifiability"},
        ),
    log:
        f"{LOGS}/plot_identifiability/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_OF_NETWORKS),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
    script:
        "../../scripts/plot_identifiability.py"


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


rule plot_bootstrap:
    """Draw a fit's bootstrap: its errors against those of the sandwich, and how the named parameters scatter."""
    input:
        bootstrap=f"{RESULTS}/fits/{{fit}}/bootstrap.tsv",
        replicates=f"{RESULTS}/fits/{{fit}}/bootstrap_parameters.tsv.gz",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/bootstrap",
            caption="../report/bootstrap.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "bootstrap"},
        ),
    log:
        f"{LOGS}/plot_bootstrap/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_WITH_BOOTSTRAP),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
    script:
        "../../scripts/plot_bootstrap.py"


rule plot_lacking:
    """Draw what a fit lacks, by position and by pair of positions."""
    input:
        lacking=f"{RESULTS}/fits/{{fit}}/lacking.tsv",
        matrices=f"{RESULTS}/fits/{{fit}}/energy_matrices.tsv",
        summary=f"{RESULTS}/fits/{{fit}}/summary.json",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/lacking",
            caption="../report/lacking.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "what it lacks"},
        ),
    log:
        f"{LOGS}/plot_lacking/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_WITH_LACKING),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, FIGURES),
    script:
        "../../scripts/plot_lacking.py"


rule plot_calibration:
    """Draw what the test variants of a fit show beside what it says of them."""
    input:
        calibration=f"{RESULTS}/fits/{{fit}}/calibration.tsv",
        summary=f"{RESULTS}/fits/{{fit}}/summary.json",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/calibration",
            caption="../report/calibration.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "calibration"},
        ),
    log:
        f"{LOGS}/plot_calibration/{{fit}}.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
    script:
        "../../scripts/plot_calibration.py"


rule plot_comparison:
    """Draw how the fits compare that were judged on the same test variants."""
    input:
        comparison=rules.compare_fits.output.comparison,
    output:
        **figure(
            f"{RESULTS}/figures/comparison",
            caption="../report/comparison_figure.rst",
            category="Fits",
            labels={"figure": "comparison of fits"},
        ),
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
    script:
        "../../scripts/plot_comparison.py"


rule plot_parameters:
    """Draw the parameters that several fits tell, or a fit and a publication."""
    input:
        parameters=collect(f"{RESULTS}/fits/{{fit}}/parameters.tsv", fit=FITS_WITH_STATES),
    output:
        **figure(
            f"{RESULTS}/figures/parameters",
            caption="../report/parameters_of_fits.rst",
            category="Fits",
            labels={"figure": "parameters of several fits"},
        ),
    log:
        f"{LOGS}/plot_parameters.log",
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(FIGURES),
        fits=FITS_WITH_STATES,
        published=PUBLISHED_VALUES,
        temperature_C=SETTINGS.temperature_C,
    script:
        "../../scripts/plot_parameters.py"


rule plot_conditions:
    """Draw the chemical potentials of a fit against the condition that they depend on."""
    input:
        parameters=f"{RESULTS}/fits/{{fit}}/parameters.tsv",
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
        summary=f"{RESULTS}/fits/{{fit}}/summary.json",
    output:
        **figure(
            f"{RESULTS}/figures/{{fit}}/conditions",
            caption="../report/conditions.rst",
            category="Fits",
            labels={"fit": "{fit}", "figure": "chemical potentials by condition"},
        ),
    log:
        f"{LOGS}/plot_conditions/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_BY_CONDITION),
    conda:
        "../../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, FIGURES),
        temperature_C=SETTINGS.temperature_C,
    script:
        "../../scripts/plot_conditions.py"


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
