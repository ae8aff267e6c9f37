"""Simulations from fits: what they find again of what was put in, and what other data would tell.

in:  variants/<dataset>.tsv.gz, fits/<fit>/{model.yaml,optimum.safetensors,summary.json}
out: fits/<fit>/{recovery.tsv,recovered_sites.tsv}, and where they are asked for, fits/<fit>/{coverage.tsv,coverage_sites.tsv} and
     fits/<fit>/design.tsv
"""


rule recover_fit:
    """Draw measurements from a fit, fit them again, and see whether what was put in is found."""
    input:
        variants=lambda wildcards: [
            f"{RESULTS}/variants/{name}.tsv.gz" for name in datasets_of(wildcards.fit)
        ],
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
        fit=multiext(f"{RESULTS}/fits/{{fit}}/", "optimum.safetensors", "summary.json"),
    output:
        recovery=f"{RESULTS}/fits/{{fit}}/recovery.tsv",
        summary=f"{RESULTS}/fits/{{fit}}/recovered_sites.tsv",
    log:
        f"{LOGS}/recover_fit/{{fit}}.log",
    benchmark:
        f"{BENCHMARKS}/recover_fit/{{fit}}.tsv"
    wildcard_constraints:
        fit=one_of(FITS_TO_RECOVER),
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
        options=lambda wildcards: {
            "restarts": min(FITS[wildcards.fit].restarts, 2),
            "seed": SETTINGS.seed,
        },
        device=SETTINGS.device,
    message:
        "Fitting measurements simulated from {wildcards.fit}"
    script:
        "../../scripts/recover_fit.py"


rule cover_fit:
    """Draw measurements from a fit and fit them again, for a job's share of the simulations."""
    input:
        variants=lambda wildcards: [
            f"{RESULTS}/variants/{name}.tsv.gz" for name in datasets_of(wildcards.fit)
        ],
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
        fit=multiext(f"{RESULTS}/fits/{{fit}}/", "optimum.safetensors", "summary.json"),
    output:
        part=f"{RESULTS}/fits/{{fit}}/coverage/{{part}}.tsv.gz",
    log:
        f"{LOGS}/cover_fit/{{fit}}.{{part}}.log",
    benchmark:
        f"{BENCHMARKS}/cover_fit/{{fit}}.{{part}}.tsv"
    wildcard_constraints:
        fit=one_of(FITS_TO_COVER),
        part=r"[1-9]\d*",
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        **({"gpu": 1} if SETTINGS.device == "cuda" else {}),
        mem_mb=by_attempt(4000),
        runtime=720,
    params:
        code=fingerprint(MODELS, INFERENCE),
        data=lambda wildcards: data_of_fit(wildcards.fit),
        options=lambda wildcards: (
            options_of_fit(wildcards.fit) | {"restarts": min(FITS[wildcards.fit].restarts, 2)}
        ),
        simulations=lambda wildcards: FITS[wildcards.fit].coverage.simulations,
        jobs=lambda wildcards: FITS[wildcards.fit].coverage.jobs,
        device=SETTINGS.device,
    message:
        "Fitting measurements simulated from {wildcards.fit} many times, part {wildcards.part}"
    script:
        "../../scripts/cover_fit.py"


rule collect_coverage:
    """Collect the simulations from a fit: how often the intervals of each parameter held the truth."""
    input:
        parts=lambda wildcards: collect(
            rules.cover_fit.output.part,
            fit=wildcards.fit,
            part=range(1, FITS[wildcards.fit].coverage.jobs + 1),
        ),
    output:
        coverage=report(
            f"{RESULTS}/fits/{{fit}}/coverage.tsv",
            caption="../report/coverage.rst",
            category="Fits",
            labels={"fit": "{fit}", "table": "coverage"},
        ),
        sites=f"{RESULTS}/fits/{{fit}}/coverage_sites.tsv",
    log:
        f"{LOGS}/collect_coverage/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_TO_COVER),
    conda:
        "../../envs/models.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(MODELS, INFERENCE),
    message:
        "Counting how often intervals of {wildcards.fit} hold the truth"
    script:
        "../../scripts/collect_coverage.py"


rule plan_design:
    """Say how the interval of a parameter would shrink with more reads, variants or bins, or with one more condition."""
    input:
        variants=lambda wildcards: [
            f"{RESULTS}/variants/{name}.tsv.gz" for name in datasets_of(wildcards.fit)
        ],
        model=f"{RESULTS}/fits/{{fit}}/model.yaml",
        fit=multiext(f"{RESULTS}/fits/{{fit}}/", "optimum.safetensors", "summary.json"),
    output:
        design=f"{RESULTS}/fits/{{fit}}/design.tsv",
    log:
        f"{LOGS}/plan_design/{{fit}}.log",
    wildcard_constraints:
        fit=one_of(FITS_TO_PLAN),
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
        question=lambda wildcards: FITS[wildcards.fit].design,
        seed=SETTINGS.seed,
        device=SETTINGS.device,
    message:
        "Planning what other data would tell of {wildcards.fit}"
    script:
        "../../scripts/plan_design.py"
