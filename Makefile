# make run: the example, from reads to report. make test: the tests. Both set up .venv first, from pinned versions.
PYTHON ?= python3
CORES ?= 2
VENV ?= .venv
# For pip, e.g. the package index that holds the CPU or CUDA build of torch that you want (README, "CPU or GPU").
PIP_ARGS ?=

.PHONY: run test check bench-fit bench-models bench-profiles bench-bootstrap bench-correct bench-coverage bench-reads bench-steady-state \
  bench-kinetic bench-precision fuzz-reads clean
.DEFAULT_GOAL := run

run: $(VENV)/run.ready
	$(VENV)/bin/snakemake --cores $(CORES) --workflow-profile workflow/profiles/local
	@echo "Open results/example/report.html"

test: $(VENV)/test.ready
	$(VENV)/bin/python -m pytest

# What else .ci/run asks for: clean style, clean workflow.
check: $(VENV)/test.ready
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/snakefmt --check Snakefile workflow
	$(VENV)/bin/snakemake --lint

# Prints a table and writes results/bench/fit.json. TABLE is sortseq_data.csv.gz of the mavenn package's example data.
bench-fit: $(VENV)/run.ready
	$(VENV)/bin/python tests/benchmarks/bench_fit.py $(TABLE)

# Prints a table and writes results/bench/models.json. DATA is a folder with mavenn/sortseq_data.csv.gz and mpsa_data.csv.gz (MAVE-NN's
# example data) and cre_mpra/. MAVE-NN gets an environment of its own; EPOCHS=2000 runs its thermodynamic model to its end (half an hour).
EPOCHS ?= 20
bench-models: $(VENV)/run.ready $(VENV)/mavenn.ready
	OMP_NUM_THREADS=1 $(VENV)/bin/python tests/benchmarks/bench_models.py $(DATA) --peers $(VENV)/peers-mavenn/bin/python --epochs $(EPOCHS)

$(VENV)/mavenn.ready: $(VENV)/run.ready
	$(PYTHON) -m venv $(VENV)/peers-mavenn
	$(VENV)/peers-mavenn/bin/python -m pip install --quiet mavenn==1.1.4 tensorflow==2.21.0 keras==3.15.1 numpy==2.4.6 pandas==3.1.1 \
	  scipy==1.17.1 scikit-learn==1.9.1
	touch $@

# 1000 refits of the lac model on resampled variants: prints errors and CPU seconds, writes results/bench/bootstrap.json. DATA as above.
bench-bootstrap: $(VENV)/run.ready
	OMP_NUM_THREADS=1 $(VENV)/bin/python tests/benchmarks/bench_bootstrap.py $(DATA)

# Profile likelihoods of the lac promoter, one experiment and six together: prints a table. DATA as for bench-models, with lac_sortseq/.
bench-profiles: $(VENV)/run.ready
	OMP_NUM_THREADS=1 $(VENV)/bin/python tests/benchmarks/bench_profiles.py $(DATA)

# Barcodes, UMIs and pairs: prints a table and writes results/bench/correct.json.
bench-correct: $(VENV)/run.ready
	$(VENV)/bin/python tests/benchmarks/bench_correct.py

# The kinetic against the thermodynamic lac model: prints a table and writes results/bench/kinetic.json. TABLE as for bench-fit.
bench-kinetic: $(VENV)/run.ready
	$(VENV)/bin/python tests/benchmarks/bench_kinetic.py $(TABLE)

# Whether float32 would pay: prints JSON and writes results/bench/precision.json. DATA as for bench-models; some minutes.
bench-precision: $(VENV)/run.ready
	OMP_NUM_THREADS=1 $(VENV)/bin/python tests/benchmarks/bench_precision.py $(DATA)

# How often intervals hold what was put in: prints a table and writes results/bench/coverage.json. TABLE as for bench-fit. Five minutes of CPU time;
# it goes on where it was stopped.
bench-coverage: $(VENV)/run.ready
	OMP_NUM_THREADS=1 $(VENV)/bin/python tests/benchmarks/bench_coverage.py $(TABLE)

# Kinetic graphs: prints a table and writes results/bench/steady_state.json.
bench-steady-state: $(VENV)/run.ready
	$(VENV)/bin/python tests/benchmarks/bench_steady_state.py

# Prints a table and writes results/bench/reads.json. Needs igzip (Debian: apt-get install isal), and a few minutes to make the run.
bench-reads: $(VENV)/run.ready $(VENV)/peers.ready
	$(VENV)/bin/python tests/benchmarks/bench_reads.py --peers $(VENV)/peers/bin

# 100,000 files of reads, whole and damaged: prints a table and writes results/bench/fuzz.json.
fuzz-reads: $(VENV)/run.ready
	$(VENV)/bin/python tests/benchmarks/fuzz_reads.py

$(VENV)/peers.ready:
	$(PYTHON) -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet $(PIP_ARGS) pysam==0.24.1 cutadapt==5.2
	touch $@

$(VENV)/run.ready: envs/requirements.txt envs/constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet $(PIP_ARGS) -r envs/requirements.txt -c envs/constraints.txt
	touch $@

$(VENV)/test.ready: $(VENV)/run.ready envs/requirements-dev.txt
	$(VENV)/bin/python -m pip install --quiet $(PIP_ARGS) -r envs/requirements-dev.txt -c envs/constraints.txt
	touch $@

clean:
	rm -rf $(VENV) .snakemake results logs benchmarks
