"""Whether one set of energies explains several datasets."""

import numpy as np
import pandas as pd
import pytest

from cisphys.inference.shared_energies import compare_with_separate

SEQUENCES = {"x": [f"A{number}" for number in range(40)], "y": [f"A{number}" for number in range(20, 60)]}


def table_of(gains: dict[str, np.ndarray]) -> pd.DataFrame:
    """Return tables of test variants: -10 nats each, and so much more."""
    parts = [
        pd.DataFrame({"dataset": name, "sequence": SEQUENCES[name], "observations": 2.0, "log_likelihood": -10.0 + gains[name]})
        for name in gains
    ]
    return pd.concat(parts, ignore_index=True)


def compared(x: np.ndarray, y: np.ndarray) -> pd.DataFrame:
    nothing = {name: table_of({name: np.zeros(40)}) for name in SEQUENCES}
    return compare_with_separate(table_of({"x": x, "y": y}), nothing)


def scattered(mean: float, seed: int = 1) -> np.ndarray:
    """Return 40 numbers of exactly this mean and a standard deviation of 1."""
    numbers = np.random.default_rng(seed).normal(size=40)
    return mean + (numbers - numbers.mean()) / numbers.std()


def test_gains_by_dataset_and_of_all():
    table = compared(scattered(1.0), scattered(-0.5, seed=2)).set_index("dataset")
    assert list(table.index) == ["x", "y", "all"]
    np.testing.assert_allclose(table["gained"], [40, -20, 20])
    np.testing.assert_allclose(table.loc[["x", "y"], "se"], np.sqrt(40))  # sqrt(n) sd
    np.testing.assert_allclose(table["separate"], [-400, -400, -800])
    assert table["better"].tolist()[:2] == ["joint", "separate"]
    assert table["variants"].tolist() == [40, 40, 60]  # 20 of them are in both
    assert table["observations"].tolist() == [80, 80, 160]


def test_a_variant_in_both_datasets_is_one_unit():
    opposed = scattered(0.0)
    y = np.concatenate([-opposed[20:], np.zeros(20)])  # takes back what its variants gained in x
    table = compared(opposed, y).set_index("dataset")
    by_variant = np.concatenate([opposed[:20], np.zeros(40)])
    assert table.loc["all", "se"] == pytest.approx(np.sqrt(60) * by_variant.std())


def test_other_variants_are_refused():
    joint, other = table_of({"x": np.zeros(40)}), table_of({"x": np.zeros(40)})
    other.loc[3, "sequence"] = "C"
    with pytest.raises(ValueError, match="not judged on the same variants: sequence"):
        compare_with_separate(joint, {"x": other})
