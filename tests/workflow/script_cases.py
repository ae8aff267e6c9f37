"""One small case for each script of the workflow: what it gets, and one mistake of a user's in it.

A case is a function of (folder, finished): a folder to put inputs into, and the finished small example. It returns what Snakemake
would give the script. A mistake changes a case and returns a part of the message that it must give.
"""

import gzip
import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
from running import FIT, ROOT
from safetensors.numpy import save_file
from small_analysis import ONE_SITE, write_counts

from cisphys.figures.of_fits import files_drawn

LAYOUT = "sample[2] TTT variant[4]"
SAMPLES = [("low", "AA"), ("high", "CC")]
BINS = [("low", 0), ("high", 1)]


def write(path: Path, text: str) -> str:
    """Write a text file, gzipped where its name says so; return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return str(path)


def tables(folder: Path, counted: str) -> dict:
    """Write the counts of two samples and their fates."""
    counts = f"sample\tsequence\treads\nhigh\t{counted}\t3\nlow\t{counted}\t1\n"
    fates = "run\tsample\tfate\treads\nx\thigh\tcounted\t3\nx\tlow\tcounted\t1\n"
    return {"counts": [write(folder / "counts.tsv.gz", counts)], "fates": [write(folder / "fates.tsv", fates)]}


# reads -----------------------------------------------------------------------------------------------------------------


def simulate_reads(folder, finished):
    fit = ROOT / "resources/lac_promoter"
    design = {"reads": 50, "variants": 20, "mutation_rate": 0.1, "sequencing_error": 0.0, "junk": 0.0}
    indices = {number: "ACGT"[number // 4] + "ACGT"[number % 4] for number in range(10)}
    params = {"run": "x", "design": design, "layout": "sample[2] variant[75]", "indices": indices, "seed": 1}
    return {
        "input": {"fit": [str(fit / name) for name in ("model.yaml", "parameters.safetensors", "summary.json")]},
        "output": {"reads": "reads.fastq.gz"},
        "params": params,
    }


def too_short_a_variant(case):
    case["params"]["layout"] = "sample[2] variant[74]"
    return "variants of 75 bases are simulated"


def params_of_reads(folder):
    """Write two reads, and return the parameters that say how to read them."""
    reads = write(folder / "x.fastq", "@1\nAATTTACGT\n+\nIIIIIIIII\n@2\nCCTTTACGT\n+\nIIIIIIIII\n")
    how = {"layout": LAYOUT, "layout_name": "x", "samples": SAMPLES}
    how |= {"merging": {"least_overlap": 10, "mismatches": 0.2, "certainty": 0.999}}
    return how | {"files": {"read1": [reads]}, "demultiplexing": {"margin": 1, "indels": False}}


def count_reads(folder, finished):
    params = params_of_reads(folder) | {"libraries": {}}
    return {
        "input": {"reads": params["files"]["read1"]},
        "output": {"counts": "counts.tsv.gz", "fates": "fates.tsv", "molecules": [], "fastq": []},
        "params": params,
        "wildcards": {"run": "x"},
    }


def check_reads(folder, finished):
    params = params_of_reads(folder) | {"check": {"reads": 100, "least": 0.1, "indices": 100}}
    return {
        "input": {"reads": params["files"]["read1"]},
        "output": {"check": "x.tsv", "unexpected": "x.unexpected.tsv", "combinations": "x.combinations.tsv"},
        "params": params,
        "wildcards": {"run": "x"},
    }


def collect_checks(folder, finished):
    heads = {
        "check": "run\treads\tshare_that_fits\twould_fit\nx\t2\t1\t\n",
        "unexpected": "run\tindex\treads\tshare\tfirst_reads\tnearest_sample\tmismatches\n",
        "combinations": "run\tindex\tsample\treads\tshare\tfirst_reads\n",
    }
    return {
        "input": {name: [write(folder / f"{name}.tsv", text)] for name, text in heads.items()},
        "output": {name: f"{name}_of_all.tsv" for name in heads},
    }


def empty_check(case):
    write(Path(case["input"]["check"][0]), "")
    return "the table is empty"


def cut_fastq(case):
    write(Path(case["input"]["reads"][0]), "@1\nAATTTACGT\n+\nIIIIIIIII\n@2\nCC")
    return "the file ends inside a record"


def collect_fates(folder, finished):
    return {"input": {"fates": tables(folder, "ACGT")["fates"]}, "output": {"fates": "read_fates.tsv"}}


def empty_fates(case):
    write(Path(case["input"]["fates"][0]), "")
    return "the table is empty"


def collect_molecules(folder, finished):
    head = "sample\tsequence\treads\tumis\tmolecules\texpected_molecules\n"
    paths = [write(folder / f"{run}.tsv.gz", f"{head}low\tACGT\t3\t2\t1\t1.01\n") for run in "xy"]
    params = {"samples": {"x": ["low"], "y": ["high", "low"]}}
    return {"input": {"molecules": paths}, "output": {"molecules": "molecules.tsv"}, "params": params}


def misspelt_molecules(case):
    write(Path(case["input"]["molecules"][1]), "sample\tsequence\treads\tumis\tmolecule\texpected_molecules\n")
    return "column 'molecules' is missing"


def cluster_barcodes(folder, finished):
    params = {"samples": ["low", "high"], "ratio": 5}
    counts = {"counts": tables(folder, "ACGT")["counts"]}
    return {"input": counts, "output": {"merges": "merged.tsv.gz"}, "params": params, "wildcards": {"experiment": "x"}}


def misspelt_counts(case):
    write(Path(case["input"]["counts"][0]), "sample\tsequence\tread\n")
    return "column 'reads' is missing"


def download_table(folder, finished):
    table = write(folder / "table.txt", "ct seq\n1 ACGT\n")
    sha256 = hashlib.sha256(Path(table).read_bytes()).hexdigest()
    return {"input": {"table": table}, "output": {"table": "kept.txt"}, "params": {"sha256": sha256}}


def another_hash(case):
    case["params"]["sha256"] = "0" * 64
    return "the file's SHA-256 is"


def wrap_published_counts(folder, finished):
    names = [write(folder / f"{sample}.txt", "ct seq\n 2 ACGT\n") for sample, _ in SAMPLES]
    params = {"run": "x", "samples": [name for name, _ in SAMPLES], "layout": LAYOUT, "indices": dict(SAMPLES), "seed": 1}
    return {"input": {"tables": names}, "output": {"reads": "reads.fastq.gz"}, "params": params}


def no_count(case):
    write(Path(case["input"]["tables"][1]), "ct seq\nmany ACGT\n")
    return "line 2: 'many ACGT' is no count and sequence"


# variants --------------------------------------------------------------------------------------------------------------


def join_variants(folder, finished):
    return {
        "input": tables(folder, "ACGT"),
        "output": {"variants": "variants.tsv.gz"},
        "params": {"samples": BINS},
        "wildcards": {"dataset": "x"},
    }


def one_bin(case):
    case["params"]["samples"] = BINS[:1]
    return "'x' has only bin 0"


def join_barcodes(folder, finished):
    case = join_variants(folder, finished)
    case["input"] = {**tables(folder, "TTTT"), "barcodes": write(folder / "library.tsv", "barcode\tsequence\nTTTT\tACGT\n")}
    case["params"]["filters"] = {"min_counts": 1, "bc_threshold": 1}
    return case | {"output": {"variants": "variants.tsv.gz", "barcodes": "barcodes.tsv.gz", "filters": "filters.tsv"}}


def misspelt_column(case):
    write(Path(case["input"]["barcodes"]), "barcod\tsequence\nTTTT\tACGT\n")
    return "did you mean 'barcod'?"


def import_table(folder, finished):
    table = write(folder / "table.csv", "x,ct_0,ct_1\nACGT,1,2\nAAAA,0,3\n")
    return {"input": {"table": table}, "output": {"variants": "variants.tsv.gz"}}


def half_a_read(case):
    write(Path(case["input"]["table"]), "x,ct_0,ct_1\nACGT,1,2\nAAAA,0.5,3\n")
    return "line 3: '0.5' in column 'ct_0' is no count"


# fits ------------------------------------------------------------------------------------------------------------------

DATA = {
    "conditions": {"x": {}},
    "split": {"training": 0.6, "validation": 0.2, "test": 0.2},
    "seed": 1,
    "measurement": {"process": None, "noise": None, "width": "constant"},
}


def fit_model(folder, finished):
    write_counts(folder / "variants.tsv")
    about = {"fit": "m.x", "numbering": None, "temperature_C": 37}
    params = {"data": DATA, "references": [], "truth": None, "about": about, "device": "cpu"}
    params["options"] = {"restarts": 1, "ridge": (1.0,), "spline": (6,), "seed": 1}
    return {
        "input": {
            "variants": [str(folder / "variants.tsv")],
            "model": write(folder / "model.yaml", ONE_SITE),
            "references": [],
        },
        "output": {"parameters": "parameters.tsv"},
        "params": params,
    }


def site_beyond_the_variant(case):
    write(Path(case["input"]["model"]), ONE_SITE.replace("stop: 9", "stop: 10"))
    return "site P [2:10) reaches beyond the variants' 9 bases"


def finished_fit(finished, **changed):
    """Make the case of a script that takes the finished fit up again."""
    fit = finished / "results/example/fits" / FIT
    variants = str(finished / "results/example/variants/sim.tsv.gz")
    data = DATA | {"conditions": {"sim": {}}}
    return {
        "input": {
            "variants": [variants],
            "model": str(fit / "model.yaml"),
            "fit": [str(fit / name) for name in ("optimum.safetensors", "summary.json")],
        },
        "params": {"data": data, "device": "cpu"} | changed,
        "wildcards": {"fit": FIT},
    }


def recover_fit(folder, finished):
    case = finished_fit(finished, options={"restarts": 1, "seed": 1, "profiles": False})
    return case | {"output": {"recovery": "recovery.tsv", "summary": "recovered_sites.tsv"}}


def other_datasets(case):
    case["params"]["data"]["conditions"] = {"others": {}}
    return "the fit is of the datasets sim"


def cover_fit(folder, finished):
    options = {"restarts": 1, "ridge": (0.1,), "spline": (8,), "seed": 1, "profiles": False}
    case = finished_fit(finished, options=options, simulations=3, jobs=2)
    case["wildcards"]["part"] = "1"
    return case | {"output": {"part": "1.tsv.gz"}}


def collect_coverage(folder, finished):
    """Two simulations of one element, a job each."""
    head = "name\tsite\tposition\tbase\tunit\ttrue\tfound\tlow68\thigh68\tlow95\thigh95\tcovered\tsimulation\n"
    rows = [f"theta.P\tP\t0\tC\tkT\t1\t2\t1.5\t2.5\t0.5\t3.5\tyes\t{number}\n" for number in range(2)]
    parts = [write(folder / f"{number}.tsv.gz", head + row) for number, row in enumerate(rows)]
    return {"input": {"parts": parts}, "output": {"coverage": "coverage.tsv", "sites": "coverage_sites.tsv"}}


def emptied_part(case):
    write(Path(case["input"]["parts"][1]), "")
    return "the table is empty"


def plan_design(folder, finished):
    case = finished_fit(finished, question={"parameter": "interaction.CRP.RNAP", "reads": [2]}, seed=1)
    return case | {"output": {"design": "design.tsv"}}


def unknown_parameter(case):
    case["params"]["question"]["parameter"] = "interaction.CRP.RNPA"
    return "the model has no parameter 'interaction.CRP.RNPA' (did you mean 'interaction.CRP.RNAP'"


def test_what_lacks(folder, finished):
    results = finished / "results/example"
    return {
        "input": {
            "variants": [str(results / "variants/sim.tsv.gz")],
            "model": str(results / "fits" / FIT / "model.yaml"),
        },
        "output": {"lacking": "lacking.tsv"},
        "params": {"data": DATA | {"conditions": {"sim": {}}}},
        "wildcards": {"fit": FIT},
    }


def fit_of_another_dataset(case):
    case["params"]["data"] = DATA
    return "the fit is of the datasets sim"


def describe_model(folder, finished):
    return {
        "input": {"model": write(folder / "model.yaml", ONE_SITE)},
        "output": {"text": "net.txt", "table": "net.tsv"},
        "params": {"conditions": [{}], "length": 9},
    }


def site_beyond_the_layout(case):
    case["params"]["length"] = 8
    return "site P [2:9) reaches beyond the variants' 8 bases"


def bootstrap_fit(folder, finished):
    results = finished / "results/example"
    fit = [str(results / "fits" / FIT / name) for name in ("model.yaml", "summary.json", "optimum.safetensors")]
    split = {"training": 0.6, "validation": 0.2, "test": 0.2}
    data = {"conditions": {"sim": {}}, "split": split, "seed": 1, "measurement": {}}
    how = {"seed": 1, "unit": "variants", "start": "warm", "restarts": 1}
    return {
        "input": {"fit": fit, "variants": [str(results / "variants/sim.tsv.gz")]},
        "output": {"part": "2.safetensors"},
        "params": {"data": data, "replicates": 3, "jobs": 2, "how": how, "device": "cpu"},
        "wildcards": {"fit": FIT, "part": "2"},
    }


def another_dataset(case):
    case["params"]["data"]["conditions"] = {"another": {}}
    return "the fit is of the datasets sim"


def collect_bootstrap(folder, finished):
    """Two replicates of a fit of 67 bases and three named parameters."""
    sizes = {"number": (2,), "converged": (2,), "ddG": (2, 268), "scalars": (2, 3), "log_scale": (2,)}
    part = folder / "1.safetensors"
    save_file({name: np.ones(size) for name, size in sizes.items()}, part)
    fit = finished / "results/example/fits" / FIT
    names = {"matrices": "matrix_errors", "errors": "parameter_errors", "parameters": "parameters"}
    tables = {name: write(folder / f"{table}.tsv", (fit / f"{table}.tsv").read_text()) for name, table in names.items()}
    return {
        "input": {"parts": [str(part)], **tables},
        "output": {"bootstrap": "bootstrap.tsv", "replicates": "bootstrap_parameters.tsv.gz"},
    }


def emptied_matrices(case):
    write(Path(case["input"]["matrices"]), "")
    return "the table is empty"


def predict_sequences(folder, finished):
    fit = ROOT / "resources/lac_promoter"
    return {
        "input": {
            "fit": [str(fit / name) for name in ("model.yaml", "parameters.safetensors", "summary.json")],
            "sequences": write(folder / "new.fa.gz", f">one\n{'ACGTA' * 15}\n>two\n{'GGTCA' * 15}\n"),
        },
        "output": {"predictions": "predictions.tsv.gz"},
        "wildcards": {"fit": "lac", "asked": "new"},
    }


def one_base_too_many(case):
    write(Path(case["input"]["sequences"]), f">one\n{'ACGTA' * 15}\n>two\n{'GGTCA' * 15}\nT\n")
    return "new.fa.gz, line 3: this sequence has 76 bases, where the variants of the fit have 75"


# figures and report ----------------------------------------------------------------------------------------------------


def compare_fits(folder, finished):
    head = "dataset\tsequence\tobservations\tlog_likelihood\tnull_log_likelihood\n"
    tested = [
        write(folder / f"{fit}.tsv", f"{head}x\tA\t2\t-{loss}\t-2\nx\tC\t1\t-{loss}\t-1\n")
        for fit, loss in (("one", 1), ("two", 2))
    ]
    about = {"datasets": {"x": {"kind": "sorted_bins"}}, "replicates": {}, "parameters": 3, "predictive": {}, "intrinsic": {}}
    summaries = [write(folder / f"{fit}.json", json.dumps(about)) for fit in ("one", "two")]
    return {
        "input": {"tested": tested, "summaries": summaries},
        "output": {"comparison": "comparison.tsv", "pairs": "compared_pairs.tsv"},
        "params": {"fits": ["one", "two"]},
    }


def fit_separately(folder, finished):
    case = fit_model(folder, finished)
    case["input"] = {"variants": case["input"]["variants"][0], "model": case["input"]["model"]}
    return case | {"output": {"tested": "tested.tsv.gz"}, "wildcards": {"fit": "m.x", "dataset": "x"}}


def compare_with_separate(folder, finished):
    one, two = compare_fits(folder, finished)["input"]["tested"]
    return {
        "input": {"joint": one, "separate": [two]},
        "output": {"table": "shared.tsv"},
        "params": {"datasets": ["x"]},
    }


def emptied_separate_fit(case):
    write(Path(case["input"]["separate"][0]), "")
    return "the table is empty"


def emptied_fit(case):
    write(Path(case["input"]["tested"][0]), "")
    return "the table is empty"


def figure(finished, **inputs):
    """Make the case of a figure, from tables of the finished fit."""
    fit = finished / "results/example/fits" / FIT
    return {
        "input": {name: str(fit / table) for name, table in inputs.items()},
        "output": {suffix: f"figure.{suffix}" for suffix in ("svg", "pdf", "png")},
    }


def plot_fit(folder, finished):
    fit = finished / "results/example/fits" / FIT
    names = ["search", "calibration"]
    files = [str(fit / file) for file in files_drawn(names)]
    output = {f"{name}_{suffix}": f"{name}.{suffix}" for name in names for suffix in ("svg", "pdf", "png")}
    return {"input": {"files": files}, "output": output, "params": {"figures": names}}


def emptied_table(case):
    """Draw from a copy of the fit's files in which a table is empty."""
    fit = Path(case["folder"]) / "fit"
    shutil.copytree(Path(case["input"]["files"][0]).parent, fit)
    case["input"]["files"] = [str(fit / Path(path).name) for path in case["input"]["files"]]
    (fit / "restarts.tsv").write_text("")
    return "the table is empty"


def plot_comparison(folder, finished):
    case = figure(finished, comparison="../../comparison.tsv")
    case["input"]["parameters"] = [str(finished / "results/example/fits" / FIT / "parameters.tsv")]
    names = ("comparison", "parameters")
    case["output"] = {f"{name}_{suffix}": f"{name}.{suffix}" for name in names for suffix in ("svg", "pdf", "png")}
    published = [("interaction.CRP.RNAP", "Kinney et al. 2010", -3.26, "kcal/mol")]
    return case | {"params": {"figures": names, "fits": [FIT], "published": published, "temperature_C": 37}}


def plot_read_fates(folder, finished):
    return figure(finished, fates="../../read_fates.tsv")


def plot_cross_talk(folder, finished):
    combinations = "run\tindex\tsample\treads\tshare\nx\tAC+GT\ta\t9\t0.9\nx\tAC+TG\t-\t1\t0.1\nx\tCA+TG\tb\t0\t0\n"
    case = figure(finished)
    return case | {"input": {"combinations": write(folder / "combinations.tsv", combinations)}}


def missing_table(case):
    first = next(iter(case["input"]))
    case["input"][first] += ".not"
    return "there is no such file"


def make_report(folder, finished):
    shutil.copytree(finished / "results/example", folder / "out")
    (folder / "out/report.html").unlink()
    given = [str(path) for path in sorted((folder / "out").rglob("*")) if path.is_file()]
    data = {"sim": {"conditions": {}, "origin": "", "from_reads": True}}
    about = {"name": "example", "data": data, "fits": [FIT], "has_reads": True, "seed": 1}
    about |= {"config_sha256": "0" * 64, "config": "version: 1\n", "temperature_C": 37}
    return {"input": {"files": given}, "output": {"report": "report.html"}, "params": {"analysis": about}}


def emptied_parameters(case):
    write(Path(case["folder"]) / f"out/fits/{FIT}/parameters.tsv", "")
    return "the table is empty"


CASES = {
    simulate_reads: too_short_a_variant,
    count_reads: cut_fastq,
    check_reads: cut_fastq,
    collect_checks: empty_check,
    collect_fates: empty_fates,
    collect_molecules: misspelt_molecules,
    cluster_barcodes: misspelt_counts,
    download_table: another_hash,
    wrap_published_counts: no_count,
    join_variants: one_bin,
    join_barcodes: misspelt_column,
    import_table: half_a_read,
    describe_model: site_beyond_the_layout,
    fit_model: site_beyond_the_variant,
    test_what_lacks: fit_of_another_dataset,
    bootstrap_fit: another_dataset,
    collect_bootstrap: emptied_matrices,
    recover_fit: other_datasets,
    cover_fit: other_datasets,
    collect_coverage: emptied_part,
    plan_design: unknown_parameter,
    predict_sequences: one_base_too_many,
    compare_fits: emptied_fit,
    fit_separately: site_beyond_the_variant,
    compare_with_separate: emptied_separate_fit,
    plot_fit: emptied_table,
    plot_comparison: missing_table,
    plot_read_fates: missing_table,
    plot_cross_talk: missing_table,
    make_report: emptied_parameters,
}
