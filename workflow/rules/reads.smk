"""Reads: got or made, demultiplexed, counted, every one accounted for.

in:  FASTQ files (given, downloaded as published counts, or simulated)
out: layout_check.tsv, unexpected_indices.tsv, index_combinations.tsv, counts/<run>.tsv.gz, fates/<run>.tsv, read_fates.tsv; where
     layouts have UMIs, molecules/<run>.tsv.gz and molecules.tsv; on request, fastq/<run>/<sample>.fastq.gz
"""

if made_run("published"):

    rule download_table:
        """Download one published table of counts and check its hash."""
        input:
            table=lambda wildcards: storage.http(
                SOURCES[wildcards.experiment, int(wildcards.bin)].url(SETTINGS.published_counts.base_url)
            ),
        output:
            table=f"{RESULTS}/published/{{experiment}}/{{bin}}.txt",
        log:
            f"{LOGS}/download_table/{{experiment}}.{{bin}}.log",
        wildcard_constraints:
            experiment=one_of({experiment for experiment, _ in SOURCES}),
            bin=r"\d+",
        conda:
            "../../envs/reads.yaml"
        threads: 1
        resources:
            mem_mb=by_attempt(1000),
            runtime=10,
        params:
            code=fingerprint(READS),
            sha256=lambda wildcards: SOURCES[wildcards.experiment, int(wildcards.bin)].sha256,
        message:
            "Downloading the counts of {wildcards.experiment}, bin {wildcards.bin}"
        script:
            "../../scripts/download_table.py"

    rule wrap_published_counts:
        """Write each published read once, with the index and the constant parts of its layout around it."""
        input:
            tables=[f"{RESULTS}/published/{e}/{b}.txt" for e, b in PUBLISHED_SAMPLES.values()],
        output:
            reads=f"{RESULTS}/reads/{made_run('published')}.fastq.gz",
        log:
            f"{LOGS}/wrap_published_counts.log",
        conda:
            "../../envs/reads.yaml"
        threads: 1
        resources:
            mem_mb=by_attempt(2000),
            runtime=20,
        params:
            code=fingerprint(READS),
            run=made_run("published"),
            samples=list(PUBLISHED_SAMPLES),
            layout=SETTINGS.layouts[RUNS[made_run("published")].layout].text,
            indices=dict(samples_of(made_run("published"))),
            seed=SETTINGS.seed,
        message:
            "Writing the published counts as reads"
        script:
            "../../scripts/wrap_published_counts.py"


if made_run("simulated"):

    rule simulate_reads:
        """Draw reads from a saved fit: the truth that the report shows beside what is found."""
        input:
            fit=multiext(f"{SETTINGS.simulate.fit}/", "model.yaml", "parameters.safetensors", "summary.json"),
        output:
            reads=f"{RESULTS}/reads/{made_run('simulated')}.fastq.gz",
        log:
            f"{LOGS}/simulate_reads.log",
        conda:
            "../../envs/models.yaml"
        threads: 1
        resources:
            mem_mb=by_attempt(2000),
            runtime=20,
        params:
            code=fingerprint(READS, MODELS, INFERENCE, SIMULATION),
            run=made_run("simulated"),
            design={
                name: getattr(SETTINGS.simulate, name)
                for name in ("reads", "variants", "mutation_rate", "sequencing_error", "junk")
            },
            layout=SETTINGS.layouts[RUNS[made_run("simulated")].layout].text,
            indices={
                sample.bin: sample.index
                for sample in SAMPLES
                if sample.run == made_run("simulated") and sample.role == "data"
            },
            seed=SETTINGS.seed,
        message:
            "Simulating reads"
        script:
            "../../scripts/simulate_reads.py"


rule check_reads:
    """Check before the long run that the first reads fit the layout, and look at their indices."""
    input:
        reads=reads_of,
    output:
        check=f"{RESULTS}/checks/{{run}}.tsv",
        unexpected=f"{RESULTS}/checks/{{run}}.unexpected_indices.tsv",
        combinations=f"{RESULTS}/checks/{{run}}.index_combinations.tsv",
    log:
        f"{LOGS}/check_reads/{{run}}.log",
    wildcard_constraints:
        run=one_of(RUNS),
    priority: 10
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=30,
    params:
        code=fingerprint(READS),
        check=SETTINGS.check,
        files=files_of,
        demultiplexing=vars(SETTINGS.demultiplexing),
        merging=vars(SETTINGS.merging),
        layout=lambda wildcards: SETTINGS.layouts[RUNS[wildcards.run].layout].text,
        layout_name=lambda wildcards: RUNS[wildcards.run].layout,
        samples=lambda wildcards: samples_of(wildcards.run),
    message:
        "Checking that the first reads of run {wildcards.run} fit its layout"
    script:
        "../../scripts/check_reads.py"


rule collect_checks:
    """Put the checks of all runs together."""
    input:
        check=collect(rules.check_reads.output.check, run=RUNS),
        unexpected=collect(rules.check_reads.output.unexpected, run=RUNS),
        combinations=collect(rules.check_reads.output.combinations, run=RUNS),
    output:
        check=f"{RESULTS}/layout_check.tsv",
        unexpected=f"{RESULTS}/unexpected_indices.tsv",
        combinations=f"{RESULTS}/index_combinations.tsv",
    log:
        f"{LOGS}/collect_checks.log",
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(READS),
    message:
        "Collecting the checks of all runs"
    script:
        "../../scripts/collect_checks.py"


rule count_reads:
    """Count the variants or barcodes of one run, and say what became of every read."""
    input:
        reads=reads_of,
        check=rules.check_reads.output.check,
        libraries=lambda wildcards: sorted(set(libraries_of(wildcards.run).values())),
    output:
        counts=f"{RESULTS}/counts/{{run}}.tsv.gz",
        fates=f"{RESULTS}/fates/{{run}}.tsv",
        molecules=f"{RESULTS}/molecules/{{run}}.tsv.gz" if RUNS_WITH_UMIS else [],
        fastq=directory(f"{RESULTS}/fastq/{{run}}") if SETTINGS.demultiplex_fastq else [],
    log:
        f"{LOGS}/count_reads/{{run}}.log",
    benchmark:
        f"{BENCHMARKS}/count_reads/{{run}}.tsv"
    wildcard_constraints:
        run=one_of(RUNS_TO_COUNT),
    conda:
        "../../envs/reads.yaml"
    threads: 2
    resources:
        mem_mb=by_attempt(4000),
        runtime=240,
    params:
        code=fingerprint(READS),
        files=files_of,
        demultiplexing=vars(SETTINGS.demultiplexing),
        merging=vars(SETTINGS.merging),
        layout=lambda wildcards: SETTINGS.layouts[RUNS[wildcards.run].layout].text,
        layout_name=lambda wildcards: RUNS[wildcards.run].layout,
        samples=lambda wildcards: samples_of(wildcards.run),
        libraries=lambda wildcards: libraries_of(wildcards.run),
    message:
        "Counting run {wildcards.run}"
    script:
        "../../scripts/count_reads.py"


rule collect_fates:
    """Put the fates of all runs into one table."""
    input:
        fates=collect(rules.count_reads.output.fates, run=RUNS_TO_COUNT)
        + collect(rules.build_library.output.fates, library=LIBRARIES),
    output:
        fates=report(
            f"{RESULTS}/read_fates.tsv",
            caption="../report/read_fates.rst",
            category="Reads",
            labels={"table": "fate of every read"},
        ),
    log:
        f"{LOGS}/collect_fates.log",
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(1000),
        runtime=10,
    params:
        code=fingerprint(READS),
    message:
        "Collecting what became of the reads"
    script:
        "../../scripts/collect_fates.py"


rule collect_molecules:
    """Add up what UMIs say of each sample: reads, distinct UMIs, molecules."""
    input:
        molecules=collect(f"{RESULTS}/molecules/{{run}}.tsv.gz", run=RUNS_WITH_UMIS),
    output:
        molecules=f"{RESULTS}/molecules.tsv",
    log:
        f"{LOGS}/collect_molecules.log",
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=by_attempt(2000),
        runtime=30,
    params:
        code=fingerprint(READS),
        samples={run: [name for name, _ in samples_of(run)] for run in RUNS_WITH_UMIS},
    message:
        "Collecting reads, UMIs and molecules of each sample"
    script:
        "../../scripts/collect_molecules.py"
