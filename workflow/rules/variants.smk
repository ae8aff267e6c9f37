"""Tables of variants x bins, or x RNA and DNA, from counts or from a table of the user's.

in:  counts/<run>.tsv.gz, libraries of barcodes, tables of counts
out: merged_barcodes/<experiment>.tsv.gz, variants/<dataset>.tsv.gz, barcodes/<dataset>.tsv.gz, filters/<dataset>.tsv
"""


rule cluster_barcodes:
    """Find the barcodes of an experiment that are probably misreadings of a more frequent one."""
    input:
        counts=counts_of_experiment,
    output:
        merges=f"{RESULTS}/merged_barcodes/{{experiment}}.tsv.gz",
    log:
        f"{LOGS}/cluster_barcodes/{{experiment}}.log",
    wildcard_constraints:
        experiment=one_of(CLUSTERED),
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(READS),
        ratio=lambda wildcards: CLUSTERED[wildcards.experiment],
        samples=lambda wildcards: [
            sample
            for dataset in datasets_of_experiment(wildcards.experiment)
            for sample in DATASETS[dataset].sample_names
        ],
    message:
        "Clustering the barcodes of {wildcards.experiment}"
    script:
        "../../scripts/cluster_barcodes.py"


rule join_variants:
    """Join the counts of a dataset's samples into one table of variants x bins."""
    input:
        counts=counts_of,
        fates=fates_of,
        merges=lambda wildcards: merges_of(wildcards.dataset),
    output:
        variants=f"{RESULTS}/variants/{{dataset}}.tsv.gz",
    log:
        f"{LOGS}/join_variants/{{dataset}}.log",
    wildcard_constraints:
        dataset=one_of(DATASETS_OF_VARIANTS),
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(READS),
        samples=lambda wildcards: DATASETS[wildcards.dataset].samples,
    message:
        "Joining the counts of {wildcards.dataset} into a table of variants"
    script:
        "../../scripts/join_variants.py"


rule join_barcodes:
    """Join the barcode counts of a dataset's samples to its library of variants."""
    input:
        counts=counts_of,
        fates=fates_of,
        barcodes=lambda wildcards: library_of(wildcards.dataset),
    output:
        variants=f"{RESULTS}/variants/{{dataset}}.tsv.gz",
        barcodes=f"{RESULTS}/barcodes/{{dataset}}.tsv.gz",
        filters=f"{RESULTS}/filters/{{dataset}}.tsv",
    log:
        f"{LOGS}/join_barcodes/{{dataset}}.log",
    wildcard_constraints:
        dataset=one_of(DATASETS_OF_BARCODES),
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(READS),
        samples=lambda wildcards: DATASETS[wildcards.dataset].samples,
        filters=lambda wildcards: filters_of(wildcards.dataset),
    message:
        "Joining the barcodes of {wildcards.dataset} to their variants"
    script:
        "../../scripts/join_barcodes.py"


rule join_molecules:
    """Join the RNA and DNA counts of an experiment's samples, replicates side by side."""
    input:
        counts=counts_of,
        fates=fates_of,
        merges=lambda wildcards: merges_of(wildcards.dataset),
    output:
        variants=f"{RESULTS}/variants/{{dataset}}.tsv.gz",
        filters=f"{RESULTS}/filters/{{dataset}}.tsv",
    log:
        f"{LOGS}/join_molecules/{{dataset}}.log",
    wildcard_constraints:
        dataset=one_of(DATASETS_OF_MOLECULES),
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(READS),
        samples=lambda wildcards: DATASETS[wildcards.dataset].molecules,
        filters=lambda wildcards: filters_of(wildcards.dataset),
    message:
        "Joining RNA and DNA of {wildcards.dataset}"
    script:
        "../../scripts/join_molecules.py"


rule join_barcoded_molecules:
    """Join the RNA and DNA counts of barcodes to their library of variants, replicates side by side."""
    input:
        counts=counts_of,
        fates=fates_of,
        library=lambda wildcards: library_of(wildcards.dataset),
    output:
        variants=f"{RESULTS}/variants/{{dataset}}.tsv.gz",
        filters=f"{RESULTS}/filters/{{dataset}}.tsv",
        barcodes=f"{RESULTS}/barcodes/{{dataset}}.tsv.gz",
    log:
        f"{LOGS}/join_barcoded_molecules/{{dataset}}.log",
    wildcard_constraints:
        dataset=one_of(DATASETS_OF_BARCODED_MOLECULES),
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(READS),
        samples=lambda wildcards: DATASETS[wildcards.dataset].molecules,
        filters=lambda wildcards: filters_of(wildcards.dataset),
    message:
        "Joining RNA and DNA of {wildcards.dataset} to their variants"
    script:
        "../../scripts/join_barcoded_molecules.py"


rule import_table:
    """Check a user's own table of counts and bring it into the project's form."""
    input:
        table=lambda wildcards: SETTINGS.experiment(DATASETS[wildcards.dataset].experiment).table,
    output:
        variants=f"{RESULTS}/variants/{{dataset}}.tsv.gz",
    log:
        f"{LOGS}/import_table/{{dataset}}.log",
    wildcard_constraints:
        dataset=one_of(DATASETS_OF_TABLES),
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(4000),
        runtime=60,
    params:
        code=fingerprint(READS),
    message:
        "Reading the table of {wildcards.dataset}"
    script:
        "../../scripts/import_table.py"
