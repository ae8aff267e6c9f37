"""Reads: got or made, demultiplexed, counted, every one accounted for.

in:  FASTQ files (given, downloaded as published counts, or simulated)
out: counts/<run>.tsv.gz, fates/<run>.tsv, read_fates.tsv, and on request fastq/<run>/<sample>.fastq.gz
"""

from cisphys.reads.published import read_sources


def samples_of(run):
    """Return (name, index) of each sample of a run."""
    return [(sample.name, sample.index) for sample in SAMPLES if sample.run == run]


def made_run(how):
    """Return the name of the run whose reads the workflow makes in this way, or None."""
    return next((run.name for run in RUNS.values() if run.made == how), None)


def reads_of(wildcards):
    """Return the FASTQ files of a run, lanes in order."""
    run = RUNS[wildcards.run]
    return list(run.read1) if run.made == "given" else [f"{RESULTS}/reads/{run.name}.fastq.gz"]


def libraries_of(run):
    """Return sample -> the library of its experiment, for the samples of a run that have one."""
    members = [sample for sample in SAMPLES if sample.run == run and sample.experiment]
    found = {sample.name: SETTINGS.experiment(sample.experiment).library for sample in members}
    return {name: str(path) for name, path in found.items() if path}


if made_run("published"):
    SOURCES = {(source.experiment, source.bin): source for source in read_sources(SETTINGS.published_counts.sources)}
    PUBLISHED_SAMPLES = {
        sample.name: (sample.experiment, sample.bin)
        for sample in SAMPLES
        if sample.run == made_run("published") and (sample.experiment, sample.bin) in SOURCES
    }

    rule download_table:
        """Download one published table of counts and check its hash."""
        input:
            table=lambda wildcards: storage.http(
                SOURCES[wildcards.experiment, int(wildcards.bin)].url(SETTINGS.published_counts.base_url)
            ),
        output:
            table=f"{RESULTS}/published/{{experiment}}/{{bin}}.txt",
        params:
            code=fingerprint(READS),
            sha256=lambda wildcards: SOURCES[wildcards.experiment, int(wildcards.bin)].sha256,
        wildcard_constraints:
            experiment=one_of({experiment for experiment, _ in SOURCES}),
            bin=r"\d+",
        log:
            f"{LOGS}/download_table/{{experiment}}.{{bin}}.log",
        conda:
            "../../envs/reads.yaml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=10,
        script:
            "../../scripts/download_table.py"

    rule wrap_published_counts:
        """Write each published read once, with the index and the constant parts of its layout around it."""
        input:
            tables=[f"{RESULTS}/published/{e}/{b}.txt" for e, b in PUBLISHED_SAMPLES.values()],
        output:
            reads=f"{RESULTS}/reads/{made_run('published')}.fastq.gz",
        params:
            code=fingerprint(READS),
            run=made_run("published"),
            samples=list(PUBLISHED_SAMPLES),
            layout=SETTINGS.layouts[RUNS[made_run("published")].layout].text,
            indices=dict(samples_of(made_run("published"))),
            seed=SETTINGS.seed,
        log:
            f"{LOGS}/wrap_published_counts.log",
        conda:
            "../../envs/reads.yaml"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=20,
        script:
            "../../scripts/wrap_published_counts.py"


if made_run("simulated"):

    rule simulate_reads:
        """Draw reads from a saved fit: the truth that the report shows beside what is found."""
        input:
            fit=multiext(f"{SETTINGS.simulate.fit}/", "model.yaml", "parameters.safetensors", "summary.json"),
        output:
            reads=f"{RESULTS}/reads/{made_run('simulated')}.fastq.gz",
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
        log:
            f"{LOGS}/simulate_reads.log",
        conda:
            "../../envs/models.yaml"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=20,
        script:
            "../../scripts/simulate_reads.py"


rule count_reads:
    """Count the variants or barcodes of one run, and say what became of every read."""
    input:
        reads=reads_of,
        libraries=lambda wildcards: sorted(set(libraries_of(wildcards.run).values())),
    output:
        counts=f"{RESULTS}/counts/{{run}}.tsv.gz",
        fates=f"{RESULTS}/fates/{{run}}.tsv",
        fastq=directory(f"{RESULTS}/fastq/{{run}}") if SETTINGS.demultiplex_fastq else [],
    params:
        code=fingerprint(READS),
        layout=lambda wildcards: SETTINGS.layouts[RUNS[wildcards.run].layout].text,
        layout_name=lambda wildcards: RUNS[wildcards.run].layout,
        samples=lambda wildcards: samples_of(wildcards.run),
        libraries=lambda wildcards: libraries_of(wildcards.run),
    log:
        f"{LOGS}/count_reads/{{run}}.log",
    benchmark:
        f"{BENCHMARKS}/count_reads/{{run}}.tsv"
    conda:
        "../../envs/reads.yaml"
    threads: 2
    resources:
        mem_mb=4000,
        runtime=240,
    script:
        "../../scripts/count_reads.py"


rule collect_fates:
    """Put the fates of all runs into one table."""
    input:
        fates=collect(rules.count_reads.output.fates, run=RUNS),
    output:
        fates=report(
            f"{RESULTS}/read_fates.tsv",
            caption="../report/read_fates.rst",
            category="Reads",
            labels={"table": "fate of every read"},
        ),
    params:
        code=fingerprint(READS),
    log:
        f"{LOGS}/collect_fates.log",
    conda:
        "../../envs/reads.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../../scripts/collect_fates.py"
