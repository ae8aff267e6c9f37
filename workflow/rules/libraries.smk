"""Libraries: which barcode stands for which variant, from association reads.

in:  FASTQ files of association runs, designed variants
out: libraries/<library>/{library.tsv.gz,rejected.tsv.gz,sweep.tsv,summary.tsv,fates.tsv}
"""


rule build_library:
    """Call the variant of each barcode; give the reason for each barcode that is left out."""
    input:
        reads=lambda wildcards: [
            path for run in LIBRARIES[wildcards.library].runs for path in RUNS[run].paths
        ],
        checks=lambda wildcards: collect(
            f"{RESULTS}/checks/{{run}}.tsv", run=LIBRARIES[wildcards.library].runs
        ),
        designed=lambda wildcards: LIBRARIES[wildcards.library].designed or [],
    output:
        library=f"{RESULTS}/libraries/{{library}}/library.tsv.gz",
        rejected=f"{RESULTS}/libraries/{{library}}/rejected.tsv.gz",
        sweep=f"{RESULTS}/libraries/{{library}}/sweep.tsv",
        summary=f"{RESULTS}/libraries/{{library}}/summary.tsv",
        fates=f"{RESULTS}/libraries/{{library}}/fates.tsv",
    log:
        f"{LOGS}/build_library/{{library}}.log",
    benchmark:
        f"{BENCHMARKS}/build_library/{{library}}.tsv"
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(8000),
        runtime=240,
    params:
        code=fingerprint(READS, ASSOCIATION),
        runs=lambda wildcards: {run: files_by_read(run) for run in LIBRARIES[wildcards.library].runs},
        layouts=lambda wildcards: {
            name: SETTINGS.layouts[RUNS[name].layout].text for name in LIBRARIES[wildcards.library].runs
        },
        merging=vars(SETTINGS.merging),
        thresholds=lambda wildcards: vars(LIBRARIES[wildcards.library].thresholds),
    message:
        "Calling the variants of the barcodes of library {wildcards.library}"
    script:
        "../../scripts/build_library.py"
