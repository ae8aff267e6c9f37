"""Verdicts on both sides of every limit, and their words."""

from pathlib import Path

import pytest
import yaml

from cisphys.quality.metrics import COLUMNS, METRICS, Limits, Measurement, in_words, judge, limits_in_words, verdict_on

SCHEMA = Path(__file__).parents[2] / "workflow/schemas/config.schema.yaml"


@pytest.mark.parametrize(
    ("value", "low_is_good", "verdict"),
    [
        (0.7, False, "ok"),
        (0.69, False, "warn"),
        (0.4, False, "warn"),
        (0.39, False, "fail"),
        (0.8, True, "warn"),
        (0.7, True, "ok"),
    ],
)
def test_verdicts_at_their_limits(value, low_is_good, verdict):
    limits = Limits(0.7, 0.4) if not low_is_good else Limits(0.7, 0.9)
    assert verdict_on(value, limits, low_is_good) == verdict


def test_a_limit_left_empty_is_never_crossed():
    assert verdict_on(0, Limits(None, None)) == "ok"
    assert verdict_on(0, Limits(5, None)) == "warn"


def test_table_of_verdicts():
    table = judge(
        [
            Measurement("reads", "sample", "a", 99),
            Measurement("gini", "sample", "a", 0.1),
            Measurement("saturation", "sample", "a", 0.2, judged=False, words="10 more"),
            Measurement("replicate_correlation", "replicates", "a, b", float("nan"), words="2 variants in both"),
        ],
        {
            "reads": Limits(1000, 100),
            "gini": Limits(0.8, 0.95),
            "saturation": Limits(1, 1),
            "replicate_correlation": Limits(0.8, 0.5),
        },
    )
    assert list(table) == COLUMNS
    assert table["verdict"].tolist() == ["fail", "ok", "note", "note"]
    assert table["remedy"].tolist() == [
        METRICS["reads"].remedy,
        "",
        "10 more",
        "Too few data to tell. 2 variants in both",
    ]
    assert table[["value", "warn", "fail"]].isna().to_numpy().tolist() == [[False] * 3] * 2 + [
        [False, True, True],
        [True, False, False],
    ]


@pytest.mark.parametrize(
    ("metric", "value", "text"),
    [("reads", 12345, "12,345"), ("counted", 0.8123, "81.2 %"), ("replicate_correlation", -0.25, "−0.25"), ("gini", None, "–")],
)
def test_values_in_words(metric, value, text):
    assert in_words(metric, value) == text


def test_limits_in_words():
    assert limits_in_words("counted", Limits(0.7, 0.4)) == "≥ 70 %, fails below 40 %"
    assert limits_in_words("gini", Limits(0.8, None)) == "≤ 0.8"
    assert limits_in_words("reads", Limits(None, None)) == ""


def test_schema_has_limits_of_every_metric_that_agree_with_what_is_good():
    known = yaml.safe_load(SCHEMA.read_text())["properties"]["qc"]["properties"]
    assert list(known) == list(METRICS)
    for name, metric in METRICS.items():
        warn, fail = (known[name]["properties"][key]["default"] for key in ("warn", "fail"))
        assert fail is None or (fail > warn) is metric.low_is_good
