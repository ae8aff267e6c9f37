"""The quality check on small tables whose numbers are known, and the files that it writes."""

import json

import numpy as np
import pandas as pd
import pytest

from cisphys.quality.check import (
    FIGURES,
    DatasetFiles,
    Findings,
    check_quality,
    measure_dataset,
    measure_fates,
    measure_replicates,
    measure_sample,
    write_quality,
)
from cisphys.quality.metrics import METRICS, Limits

LIMITS = {metric: Limits(None, None) for metric in METRICS} | {"reads": Limits(10, 5), "saturation": Limits(0.9, 0.1)}


@pytest.fixture
def files(tmp_path):
    """A run of two samples, of which `a` has a library of four barcodes for three variants."""
    texts = {
        "fates.tsv": "run\tsample\tfate\treads\nr\ta\tcounted\t6\nr\ta\thas_n\t2\nr\tb\tcounted\t0\nr\t-\tno_sample\t2\n",
        "counts.tsv": "sample\tsequence\treads\na\tAA\t4\na\tAC\t1\na\tAG\t1\n",
        "library.tsv": "barcode\tsequence\nAA\tGATT\nAC\tGATT\nAG\tGATC\nAT\tCATT\n",
        "barcodes.tsv": "barcode\tct_0\tct_1\nAA\t4\t0\nAC\t1\t0\nAG\t0\t1\n",
        "variants.tsv": "sequence\tct_0\tct_1\nGATC\t0\t1\nGATT\t5\t0\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name.partition(".")[0]: str(tmp_path / name) for name in texts}


@pytest.fixture
def findings(files):
    datasets = {"e": DatasetFiles(files["variants"], files["barcodes"], files["library"])}
    return check_quality(datasets, {}, fates=files["fates"], counts=[files["counts"]], libraries={"a": files["library"]})


def values(findings: Findings) -> dict:
    return {(one.metric, one.of): one.value for one in findings.measurements}


def test_copies_of_a_counted_molecule_are_no_loss():
    """Deep libraries are read many times over: 2 counted, 6 copies and 2 that do not fit are 80 % that do."""
    findings, fates = Findings(), [("r", "a", "counted", 2), ("r", "a", "duplicate_umi", 6), ("r", "a", "has_n", 2)]
    measure_fates(pd.DataFrame(fates, columns=["run", "sample", "fate", "reads"]), findings)
    found = {(one.metric, one.kind): one for one in findings.measurements}
    assert found["counted", "run"].value == found["counted", "sample"].value == 0.8
    assert found["counted", "run"].words == "60 % are copies of a molecule that is counted, and no loss"


def test_every_number_by_hand(findings):
    found = values(findings)
    assert found[("counted", "r")] == 0.6
    assert (found[("reads", "a")], found[("counted", "a")]) == (8, 0.75)
    assert (found[("reads", "b")], found[("counted", "b")]) == (0, None)
    assert found[("distinct", "a")] == 3
    assert found[("saturation", "a")] == pytest.approx(1 - 2 / 6)
    assert found[("gini", "a")] == pytest.approx((-1 * 1 + 1 * 1 + 3 * 4) / (4 * 6))
    assert found[("smallest_bin", "e")] == pytest.approx(1 / 3)
    assert found[("mutation_rate", "e")] == pytest.approx(1 / 6 / 4)
    assert found[("constant_positions", "e")] == 0.75
    assert found[("coverage", "e")] == pytest.approx(2 / 3)
    assert found[("barcodes_per_variant", "e")] == 1.5


def test_written_files_hold_the_same(findings, tmp_path):
    tables = {name: tmp_path / "quality" / f"{name}.tsv" for name in FIGURES}
    write_quality(findings, LIMITS, tmp_path / "qc.tsv", tmp_path / "qc.json", tables)
    table = pd.read_csv(tmp_path / "qc.tsv", sep="\t")
    summary = json.loads((tmp_path / "qc.json").read_text())
    assert summary["verdict"] == "fail"
    assert [row["metric"] for row in summary["checks"]] == table["metric"].tolist()
    assert {(row["metric"], row["of"]): row["verdict"] for row in summary["checks"]} == {
        (one.metric, one.of): {"reads": {"a": "warn", "b": "fail"}, "saturation": {"a": "warn"}}.get(one.metric, {}).get(
            one.of, "ok"
        )
        if one.value is not None
        else "note"
        for one in findings.measurements
    }
    for name, path in tables.items():
        assert pd.read_csv(path, sep="\t").columns.tolist() == FIGURES[name]
    assert pd.read_csv(tables["reads_per_bin"], sep="\t")[["reads", "variants"]].to_numpy().tolist() == [[5, 1], [1, 1]]


def test_saturation_names_what_more_reads_would_give_and_stops_at_the_library(findings):
    (saturation,) = (one for one in findings.measurements if one.metric == "saturation")
    assert saturation.words.startswith("6 more reads would give about 1 more")
    assert findings.table("saturation")["distinct"].max() <= 4


def test_variety_is_not_judged_without_a_library_or_in_a_control():
    findings = Findings()
    measure_sample("observed", np.array([1, 1, 2]), None, findings)
    measure_sample("control", np.array([9]), 1, findings, control=True)
    judged = {(one.metric, one.of): one.judged for one in findings.measurements}
    assert judged[("saturation", "observed")] is False
    assert judged[("gini", "observed")] is True
    assert not any(judged[(metric, "control")] for metric in ("distinct", "saturation", "gini"))


def test_a_table_without_counts_or_wild_type_is_measured_as_far_as_it_goes():
    findings = Findings()
    measure_dataset("d", pd.DataFrame({"sequence": ["AAA", "AC"], "ct_0": [1, 1], "ct_1": [1, None]}), findings)
    assert values(findings) == {("smallest_bin", "d"): pytest.approx(1 / 1.5)}
    assert findings.table("mutation_rates").empty


def test_each_two_replicates_are_compared():
    random = np.random.default_rng(1)
    truth = random.uniform(size=9000)
    sequences = [f"{number:05d}" for number in range(9000)]

    def replicate(noise):
        high = random.binomial(200, np.clip(truth + noise * random.normal(size=9000), 0, 1))
        return pd.DataFrame({"sequence": sequences, "ct_1": 200 - high, "ct_2": high})

    findings = Findings()
    measure_replicates("e", {"e.1": replicate(0), "e.2": replicate(0), "e.3": replicate(0.3)}, findings)
    found = values(findings)
    assert list(found) == [("replicate_correlation", pair) for pair in ("e.1, e.2", "e.1, e.3", "e.2, e.3")]
    assert found[("replicate_correlation", "e.1, e.2")] > 0.97
    assert found[("replicate_correlation", "e.1, e.3")] < 0.85
    shown = findings.table("replicates")
    assert shown.groupby("second_dataset").size().tolist() == [4000, 8000]
    assert findings.measurements[0].words == "9,000 variants in both"


def test_replicates_of_rna_and_dna_in_one_table_are_compared():
    random = np.random.default_rng(2)
    dna, activity = random.poisson(200, (2, 400)), random.lognormal(0, 1, 400)
    columns = {
        "dna_1": dna[0],
        "rna_1": random.poisson(dna[0] * activity),
        "dna_2": dna[1],
        "rna_2": random.poisson(dna[1] * activity),
    }
    table = pd.DataFrame({"sequence": [f"{number:03d}" for number in range(400)], **columns, "n_bc_1": 3, "n_bc_2": 3})
    table = table.astype({"dna_2": float})
    table.loc[0, "dna_2"] = None
    findings = Findings()
    measure_dataset("e", table, findings)
    assert values(findings)[("replicate_correlation", "e.1, e.2")] > 0.98
    assert findings.table("replicates")["sequence"].tolist()[0] == "001"
    assert findings.table("reads_per_bin")["bin"].tolist() == ["dna_1", "rna_1", "dna_2", "rna_2"]
    told = findings.table("replicates")
    assert (set(told["variants"]), told["r"].nunique()) == ({399}, 1)


def test_library_is_measured_in_each_replicate_of_rna_and_dna(files, tmp_path):
    """a: AA and AC of GATT; b: AA of GATT and AG of GATC, which has RNA only; CATT is in neither."""
    text = "barcode\tsequence\tdna_a\trna_a\tdna_b\trna_b\nAA\tGATT\t4\t0\t1\t1\nAC\tGATT\t1\t2\t\t\nAG\tGATC\t0\t0\t0\t3\n"
    (tmp_path / "molecules.tsv").write_text(text)
    (tmp_path / "sums.tsv").write_text("sequence\tdna_a\trna_a\tn_bc_a\tdna_b\trna_b\tn_bc_b\nGATT\t5\t2\t2\t1\t1\t1\n")
    found = check_quality({"e": DatasetFiles(tmp_path / "sums.tsv", tmp_path / "molecules.tsv", files["library"])}, {})
    measured = values(found)
    assert (measured[("coverage", "e.a")], measured[("coverage", "e.b")]) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (measured[("barcodes_per_variant", "e.a")], measured[("barcodes_per_variant", "e.b")]) == (2, 1)
    assert found.table("barcodes_per_variant").to_numpy().tolist() == [["e.a", 0, 2], ["e.a", 2, 1], ["e.b", 0, 1], ["e.b", 1, 2]]
