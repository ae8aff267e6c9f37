"""What the figure of the traces shows."""

import numpy as np
import pandas as pd
import pytest

from cisphys.figures.traces import draw_traces, with_places

COLUMNS = "run after stage restart ridge spline iteration method objective promised training_log_likelihood"
COLUMNS = [*COLUMNS.split(), "validation_log_likelihood", "training_bits", "validation_bits", "chosen"]
BINS = {"datasets": {"one": {"kind": "sorted_bins"}, "two": {"kind": "sorted_bins"}}}
NAN = np.nan


def step(run, after, stage, ridge, iteration, objective, validation, bits, chosen, method="Newton", restart=1):
    """Return a row; a bit is 100 nats of training and 50 of validation variants."""
    own = (run, after, stage, restart, ridge, 12, iteration, method if iteration else "start", objective, NAN)
    return (*own, 100 * bits - 500, validation, bits, 5 + validation / 50, chosen)


# start 1, in vain; start 2, then more ridge, then followed to its end
ROWS = [
    step(1, NAN, "start", 0.1, 0, 460.0, NAN, 0.4, "no"),
    step(1, NAN, "start", 0.1, 1, 404.0, -205.0, 1.0, "no"),
    step(2, NAN, "start", 0.1, 0, 500.0, -240.0, 0.0, "yes", restart=2),
    step(2, NAN, "start", 0.1, 1, 400.0, -201.0, 1.0, "yes", restart=2),
    step(3, 2, "choice", 1.0, 0, 410.0, -201.0, 1.0, "yes", restart=2),
    step(3, 2, "choice", 1.0, 1, 408.0, -199.5, 0.9, "yes", method="L-BFGS", restart=2),
    step(3, 2, "choice", 1.0, 2, 407.5, -200.0, 0.9, "yes", method="L-BFGS", restart=2),
    step(4, 3, "end", 1.0, 0, 407.5, -200.0, 0.9, "yes", restart=2),
    step(4, 3, "end", 1.0, 1, 407.0, -200.0, 0.9, "yes", restart=2),
]


def table(rows=ROWS):
    return pd.DataFrame(rows, columns=COLUMNS)


def lines(axes, width):
    """Return the lines of one width, as lists of points."""
    return [line.get_xydata().tolist() for line in axes.lines if line.get_linewidth() == width and line.get_linestyle() != "None"]


OTHER, TRAINING, VALIDATION = 0.6, 2.2, 1.0


def test_places_count_on_from_the_run_before():
    assert with_places(table())["place"].tolist() == [0, 1, 0, 1, 1, 2, 3, 3, 4]
    assert with_places(table())["above"].tolist() == [60, 4, 100, 0, 3, 1, 0.5, 0.5, 0]


def test_bits_rise_upwards_where_a_model_tells_less_than_none():
    """Variants that show nothing of the sequence: all bits are below 0, those of the first step far below."""
    told, _ = draw_traces(table().assign(training_bits=[-9, -0.2, -9, -0.1, *[-0.1] * 5], validation_bits=-0.2), BINS).axes
    low, high = told.get_ylim()
    assert low < -0.1 < high < 0


def test_what_the_model_tells():
    told, _ = draw_traces(table(), BINS).axes
    path = [0, 1, 1, 2, 3, 3, 4]
    assert lines(told, OTHER) == [[[0, 0.4], [1, 1.0]]]
    assert lines(told, TRAINING) == [[list(pair) for pair in zip(path, [0, 1, 1, 0.9, 0.9, 0.9, 0.9], strict=True)]]
    (validation,) = lines(told, VALIDATION)
    np.testing.assert_allclose(validation, np.transpose([path, [0.2, 0.98, 0.98, 1.01, 1.0, 1.0, 1.0]]))


def test_ticks_have_as_many_decimals_as_they_need():
    bits = np.linspace(0.25, 0.32, len(ROWS))
    told, _ = draw_traces(table().assign(training_bits=bits, validation_bits=bits), BINS).axes
    told.figure.canvas.draw()
    labels = [label.get_text() for label in told.get_yticklabels()]
    assert "0.30" in labels
    assert {len(label) for label in labels} == {len("0.30")}


def test_how_far_from_the_best():
    """The objective over the least of the same ridge; validation below its best on the way to the result, -199.5."""
    _, short = draw_traces(table(), BINS).axes
    path = [0, 1, 1, 2, 3, 3, 4]
    assert lines(short, OTHER) == [[[0, 60], [1, 4]]]
    np.testing.assert_allclose(lines(short, TRAINING)[0], np.transpose([path, [100, 0, 3, 1, 0.5, 0.5, 0]]))
    np.testing.assert_allclose(lines(short, VALIDATION)[0], np.transpose([path, [40.5, 1.5, 1.5, 0, 0.5, 0.5, 0.5]]))
    assert short.get_yscale() == "symlog"


def test_choices_that_led_nowhere_are_left_out():
    vain = [step(5, 2, "choice", 9.0, n, 300.0 - n, NAN, 2.0, "no") for n in range(50)]
    for axes, plain in zip(draw_traces(table([*ROWS, *vain]), BINS).axes, draw_traces(table(), BINS).axes, strict=True):
        assert (axes.get_xlim(), axes.get_ylim()) == (plain.get_xlim(), plain.get_ylim())
        assert len(axes.lines) == len(plain.lines)


def test_stages_are_shaded():
    for axes in draw_traces(table(), BINS).axes:
        assert [(patch.get_x(), patch.get_width()) for patch in axes.patches] == [(1, 2), (3, 1)]


def test_the_key_names_what_is_there():
    def key(rows):
        return [text.get_text() for text in draw_traces(table(rows), BINS).legends[0].get_texts()]

    always = ["training (right: the objective)", "validation"]
    stages = ["choice of ridge and splines", "followed to its end"]
    assert key(ROWS) == [*always, "training, other starts", "steps of L-BFGS", *stages]
    assert key([ROWS[2], ROWS[3]]) == always


def test_steps_of_lbfgs_are_hollow():
    told, _ = draw_traces(table(), BINS).axes
    hollow = [line.get_xdata().tolist() for line in told.lines if line.get_markerfacecolor() == "#ffffff"]
    assert hollow == [[2, 3], [2, 3]]


def blackbox():
    """Return a training that predicts the validation variants best after 10 steps and goes on to 20."""
    said = ((0, 500.0, -240.0, 0.0), (10, 420.0, -205.0, 0.8), (20, 400.0, -210.0, 1.0))
    rows = [step(1, NAN, "start", 10, *own, "yes" if own[0] < 20 else "no", method="L-BFGS") for own in said]
    return [*rows, *(step(2, NAN, "start", 30, *own, "no", method="L-BFGS") for own in said)]


def test_what_a_black_box_went_on_to_is_dashed():
    told, short = draw_traces(table(blackbox()), BINS).axes
    assert lines(told, OTHER) == [[[0, 0.0], [10, 0.8], [20, 1.0]]]
    assert lines(told, TRAINING) == [[[0, 0.0], [10, 0.8]]]
    assert lines(told, TRAINING / 2) == [[[10, 0.8], [20, 1.0]]]
    np.testing.assert_allclose(lines(short, VALIDATION / 2), [[[10, 0], [20, 5]]])
    assert "went on, and was taken back" in [text.get_text() for text in told.figure.legends[0].get_texts()]


def test_starts_far_below_nothing_come_from_beyond_the_axis():
    rows = [step(1, NAN, "start", 0.1, 0, 900.0, -900.0, -40.0, "yes"), step(1, NAN, "start", 0.1, 1, 400.0, -200.0, 1.0, "yes")]
    told, _ = draw_traces(table(rows), BINS).axes
    assert -0.5 < told.get_ylim()[0] < -0.25


@pytest.mark.parametrize(
    ("kinds", "label"),
    [
        (["sorted_bins"], "Bits per read"),
        (["continuous"], "Bits per observation"),
        (["rna_dna", "sorted_bins"], "Bits per observation"),
    ],
)
def test_unit_is_that_of_what_is_observed(kinds, label):
    summary = {"datasets": {kind: {"kind": kind} for kind in kinds}}
    assert draw_traces(table(), summary).axes[0].get_ylabel() == label


@pytest.mark.parametrize("fall", [0.0, 1e-5, 3.0, 4e7])
@pytest.mark.parametrize("steps", [1, 2, 30, 900])
def test_texts_stand_clear(check_texts, fall, steps):
    above = [2 * fall, *(fall / n for n in range(1, steps))]
    rows = [step(1, NAN, "start", 0.1, n, 500 + over, -500.0, 0.5 - 1 / (n + 3), "yes") for n, over in enumerate(above)]
    rows += [step(2, NAN, "start", 0.1, n, 500 + fall, -500.0, 0.4, "no", method="L-BFGS") for n in range(steps)]
    rows += [step(3, 1, "choice", 1.0, n, 500.0, -500.0, 0.5, "yes", method="L-BFGS") for n in range(3)]
    rows += [step(4, 3, "end", 1.0, n, 500.0, -500.0, 0.5, "yes") for n in range(3)]
    texts = check_texts(draw_traces(table(rows), BINS))
    assert {"What the model tells", "How far from the best", "followed to its end", "Short of the best (nats)"} <= set(texts)
