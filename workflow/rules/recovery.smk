"""Simulations from fits: what they find again of what was put in, and what other data would tell.

in:  variants/<dataset>.tsv.gz, fits/<fit>/{model.yaml,optimum.safetensors,summary.json}
out: fits/<fit>/{recovery.tsv,recovered_sites.tsv}, figures/<fit>/found_against_true.{svg,pdf,png}, and where they are asked for,
     fits/<fit>/design.tsv, figures/<fit>/design.{svg,pdf,png}
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
