"""Fits: one network on the variants of one experiment or several.

in:  variants/<dataset>.tsv.gz, config/models/<model>.yaml, reference matrices
out: fits/<fit>/, comparison.tsv, compared_pairs.tsv, and where they are asked for, models/<model>.{txt,tsv} and predictions/<fit>.<name>.tsv.gz
"""


rule describe_model:
    """Tell a model as a network, layer by layer: nothing is counted or fitted for it."""
    input:
        model=lambda wildcards: SETTINGS.models[wildcards.model],
    output:
        text=f"{RESULTS}/models/{{model}}.txt",
        table=f"{RESULTS}/models/{{model}}.tsv",
    log:
        f"{LOGS}/describe_model/{{model}}.log",
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=5,
    params:
        code=fingerprint(MODELS),
        conditions=lambda wildcards: [
            DATASETS[name].conditions for name in datasets_of_model(wildcards.model)
        ],
        length=lambda wildcards: length_for(wildcards.model),
    message:
        "Describing model {wildcards.model} as a network"
    script:
        "../../scripts/describe_model.py"


if TO_DOWNLOAD:

    rule download_reference:
        """Download a published energy matrix and check its hash."""
        input:
            table=lambda wildcards: storage.http(TO_DOWNLOAD[wildcards.file].url),
        output:
            table=f"{RESULTS}/references/{{file}}",
        log:
            f"{LOGS}/download_reference/{{file}}.log",
        wildcard_constraints:
            file=one_of(TO_DOWNLOAD),
        conda:
            "../../envs/reads.yaml"
        threads: 1
        resources:
            mem_mb=by_attempt(1000),
            runtime=10,
        params:
            code=fingerprint(READS),
            sha256=lambda wildcards: TO_DOWNLOAD[wildcards.file].sha256,
        message:
            "Downloading the energy matrix {wildcards.file}"
        script:
            "../../scripts/download_table.py"


rule fit_model:
    """Fit a declared network; choose ridge and splines on validation data; profile what the reads inform."""
    input:
        variants=lambda wildcards: [
            f"{RESULTS}/variants/{name}.tsv.gz" for name in datasets_of(wildcards.fit)
        ],
        model=lambda wildcards: FITS[wildcards.fit].model_path,
        references=lambda wildcards: list(references_of(wildcards.fit).values()),
        truth=lambda wildcards: (
            multiext(f"{SETTINGS.simulate.fit}/", "model.yaml", "parameters.safetensors", "summary.json")
            if FITS[wildcards.fit].truth
            else []
        ),
    output:
        multiext(
            f"{RESULTS}/fits/{{fit}}/",
            "model.yaml",
            "parameters.safetensors",
            "optimum.safetensors",
            "network.txt",
            "network.tsv",
            "energy_matrices.tsv",
            "matrix_errors.tsv",
            "parameter_errors.tsv",
            "pair_energies.tsv",
            "cycles.tsv",
            "occupancies.tsv",
            "landscape.tsv",
            "landscape_sites.tsv",
            "landscape_plane.tsv.gz",
            "tested.tsv.gz",
            "calibration.tsv",
            "residuals.tsv",
            "profiles.tsv",
            "measurement.tsv",
            "restarts.tsv",
            "traces.tsv",
            "references.tsv",
            "reference_matrices.tsv",
            "identifiability.json",
            "summary.json",
        ),
        parameters=report(
            f"{RESULTS}/fits/{{fit}}/parameters.tsv",
            caption="../report/parameters.rst",
            category="Fits",
            labels={"fit": "{fit}", "table": "parameters"},
        ),
    log:
        f"{LOGS}/fit_model/{{fit}}.log",
    benchmark:
        f"{BENCHMARKS}/fit_model/{{fit}}.tsv"
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        **({"gpu": 1} if SETTINGS.device == "cuda" else {}),
        mem_mb=by_attempt(4000),
        runtime=120,
    params:
        code=fingerprint(MODELS, INFERENCE),
        data=lambda wildcards: data_of_fit(wildcards.fit),
        references=lambda wildcards: [
            (reference.site, reference.name, reference.unit) for reference in FITS[wildcards.fit].references
        ],
        truth=lambda wildcards: str(SETTINGS.simulate.fit) if FITS[wildcards.fit].truth else None,
        about=lambda wildcards: {
            "fit": wildcards.fit,
            "model": FITS[wildcards.fit].model,
            "experiments": list(FITS[wildcards.fit].experiments),
            "replicates": {
                name: own for name, own in REPLICATES.items() if name in FITS[wildcards.fit].experiments
            },
            "numbering": FITS[wildcards.fit].numbering,
            "temperature_C": SETTINGS.temperature_C,
            "seed": SETTINGS.seed,
            "config_sha256": config_sha256(SETTINGS, FITS[wildcards.fit]),
        },
        options=lambda wildcards: options_of_fit(wildcards.fit),
        device=SETTINGS.device,
    message:
        "Fitting {wildcards.fit}"
    script:
        "../../scripts/fit_model.py"


rule bootstrap_fit:
    """Refit a job's share of a fit's resampled data."""
    input:
        fit=multiext(f"{RESULTS}/fits/{{fit}}/", "model.yaml", "summary.json", "optimum.safetensors"),
        variants=lambda wildcards: [
            f"{RESULTS}/variants/{name}.tsv.gz" for name in datasets_of(wildcards.fit)
        ],
    output:
        part=f"{RESULTS}/fits/{{fit}}/bootstrap/{{part}}.safetensors",
    log:
        f"{LOGS}/bootstrap_fit/{{fit}}.{{part}}.log",
    wildcard_constraints:
        fit=one_of(FITS_WITH_BOOTSTRAP),
        part=r"[1-9]\d*",
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        **({"gpu": 1} if SETTINGS.device == "cuda" else {}),
        mem_mb=by_attempt(4000),
        runtime=240,
    params:
        code=fingerprint(MODELS, INFERENCE),
        data=lambda wildcards: data_of_fit(wildcards.fit),
        replicates=lambda wildcards: FITS[wildcards.fit].bootstrap.replicates,
        jobs=lambda wildcards: FITS[wildcards.fit].bootstrap.jobs,
        how=lambda wildcards: {
            "seed": SETTINGS.seed,
            "unit": FITS[wildcards.fit].bootstrap.unit,
            "start": FITS[wildcards.fit].bootstrap.start,
            "restarts": FITS[wildcards.fit].restarts,
        },
        device=SETTINGS.device,
    message:
        "Fitting resampled data of {wildcards.fit}, part {wildcards.part}"
    script:
        "../../scripts/bootstrap_fit.py"


rule collect_bootstrap:
    """Collect the refits of a fit: errors and intervals of every number, beside those of sandwich and profile."""
    input:
        parts=lambda wildcards: collect(
            rules.bootstrap_fit.output.part,
            fit=wildcards.fit,
            part=range(1, FITS[wildcards.fit].bootstrap.jobs + 1),
        ),
        matrices=f"{RESULTS}/fits/{{fit}}/matrix_errors.tsv",
        errors=f"{RESULTS}/fits/{{fit}}/parameter_errors.tsv",
        parameters=f"{RESULTS}/fits/{{fit}}/parameters.tsv",
    output:
        bootstrap=f"{RESULTS}/fits/{{fit}}/bootstrap.tsv",
        replicates=f"{RESULTS}/fits/{{fit}}/bootstrap_parameters.tsv.gz",
    log:
        f"{LOGS}/collect_bootstrap/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_WITH_BOOTSTRAP),
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, INFERENCE),
    message:
        "Collecting the bootstrap of {wildcards.fit}"
    script:
        "../../scripts/collect_bootstrap.py"


rule test_what_lacks:
    """Test what a fit lacks by scores at its optimum, and judge it on held-out variants."""
    input:
        multiext(f"{RESULTS}/fits/{{fit}}/", "optimum.safetensors", "summary.json"),
        variants=lambda wildcards: [
            f"{RESULTS}/variants/{name}.tsv.gz" for name in datasets_of(wildcards.fit)
        ],
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
    output:
        lacking=report(
            f"{RESULTS}/fits/{{fit}}/lacking.tsv",
            caption="../report/lacking.rst",
            category="Fits",
            labels={"fit": "{fit}", "table": "what it lacks"},
        ),
    log:
        f"{LOGS}/test_what_lacks/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_WITH_LACKING),
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(MODELS, INFERENCE),
        data=lambda wildcards: data_of_fit(wildcards.fit),
    message:
        "Testing what {wildcards.fit} lacks"
    script:
        "../../scripts/test_what_lacks.py"


rule fit_separately:
    """Fit one dataset of a joint fit alone, to see whether what the datasets share is shared."""
    input:
        variants=f"{RESULTS}/variants/{{dataset}}.tsv.gz",
        model=lambda wildcards: FITS[wildcards.fit].model_path,
    output:
        tested=f"{RESULTS}/fits/{{fit}}/separate/{{dataset}}.tsv.gz",
    log:
        f"{LOGS}/fit_separately/{{fit}}.{{dataset}}.log",
    wildcard_constraints:
        fit=one_of(FITS_TO_SEPARATE),
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        **({"gpu": 1} if SETTINGS.device == "cuda" else {}),
        mem_mb=by_attempt(3000),
        runtime=60,
    params:
        code=fingerprint(MODELS, INFERENCE),
        data=lambda wildcards: data_of_fit(wildcards.fit, wildcards.dataset),
        options=lambda wildcards: options_of_fit(wildcards.fit),
        device=SETTINGS.device,
    message:
        "Fitting dataset {wildcards.dataset} of {wildcards.fit} alone"
    script:
        "../../scripts/fit_separately.py"


rule compare_with_separate:
    """Say whether one set of energies explains all datasets of a joint fit, by what it predicts of held-out variants."""
    input:
        joint=f"{RESULTS}/fits/{{fit}}/tested.tsv.gz",
        separate=lambda wildcards: collect(
            rules.fit_separately.output.tested, dataset=datasets_of(wildcards.fit), allow_missing=True
        ),
    output:
        table=report(
            f"{RESULTS}/fits/{{fit}}/shared.tsv",
            caption="../report/shared.rst",
            category="Fits",
            labels={"fit": "{fit}", "table": "shared energies"},
        ),
    log:
        f"{LOGS}/compare_with_separate/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_TO_SEPARATE),
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=20,
    params:
        code=fingerprint(MODELS, INFERENCE),
        datasets=lambda wildcards: datasets_of(wildcards.fit),
    message:
        "Comparing {wildcards.fit} with fits of its single datasets"
    script:
        "../../scripts/compare_with_separate.py"


rule predict_sequences:
    """Predict energies, occupancies, rates and bins of given sequences by a fit."""
    input:
        fit=multiext(f"{RESULTS}/fits/{{fit}}/", "model.yaml", "parameters.safetensors", "summary.json"),
        sequences=lambda wildcards: SETTINGS.predictions[wildcards.asked].sequences,
    output:
        predictions=f"{RESULTS}/predictions/{{fit}}.{{asked}}.tsv.gz",
    log:
        f"{LOGS}/predict_sequences/{{fit}}.{{asked}}.log",
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=60,
    params:
        code=fingerprint(MODELS, INFERENCE),
    message:
        "Predicting the sequences '{wildcards.asked}' by {wildcards.fit}"
    script:
        "../../scripts/predict_sequences.py"


rule compare_fits:
    """Compare the fits that were judged on the same test variants, each with the best of them, variant by variant."""
    input:
        tested=collect(f"{RESULTS}/fits/{{fit}}/tested.tsv.gz", fit=FITS),
        summaries=collect(f"{RESULTS}/fits/{{fit}}/summary.json", fit=FITS),
    output:
        comparison=report(
            f"{RESULTS}/comparison.tsv",
            caption="../report/comparison.rst",
            category="Fits",
            labels={"table": "comparison of fits"},
        ),
        pairs=f"{RESULTS}/compared_pairs.tsv",
    log:
        f"{LOGS}/compare_fits.log",
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=20,
    params:
        code=fingerprint(MODELS, INFERENCE),
        fits=list(FITS),
    message:
        "Comparing the fits on their test variants"
    script:
        "../../scripts/compare_fits.py"
