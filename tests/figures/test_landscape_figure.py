"""What the figure of the energy landscape shows, and that its texts stand clear of each other."""

from itertools import combinations

import made_up
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch, Rectangle

from cisphys.figures.landscape import draw_landscape
from cisphys.figures.landscape_letters import in_terms
from cisphys.figures.landscape_plane import smoothed, threshold
from cisphys.figures.style import save_figure

KCAL = 0.6163
LONG = [*made_up.LONG_NAMES, "RNAP"]
SPREAD = ["library_2.5", "library_16", "library_50", "library_84", "library_97.5"]
LAC = {"empty": "", "CRP": "CRP", "RNAP": "RNAP", "CRP+RNAP": "CRP+RNAP"}


def scale(identifiable):
    """Return parameters.tsv as far as the figure needs it."""
    return pd.DataFrame({"name": ["mu.P", "energy_scale"], "identifiable": ["no", identifiable]})


TOLD = scale("yes")


def every(sites, interacting=lambda bound: True):
    """Return the states of these sites that are allowed: name -> sites bound."""
    groups = [group for size in range(len(sites) + 1) for group in combinations(sites, size) if interacting(group)]
    return {"+".join(group) or "empty": "+".join(group) for group in groups}


def landscape(states, datasets=("one",), rests_on=None, quantity="free energy", told=True):
    """Return landscape.tsv; the wild type's energies are 0, 1.26, 2.52, ..., and a variant's up to 2 kT higher."""
    rows = []
    for dataset in datasets:
        for number, (state, bound) in enumerate(states.items()):
            energy = 1.26 * number
            on = (rests_on or {}).get(state, "")
            own = [dataset, state, bound, next(iter(states)), quantity, energy, energy if told or not on else np.nan, on]
            rows.append([*own, *(energy + np.array([-1, -0.5, 0.5, 1, 2]) if number else [0.0] * 5)])
    head = ["dataset", "state", "bound", "reference", "quantity", "wild_type", "told", "rests_on"]
    return pd.DataFrame(rows, columns=[*head, *SPREAD])


def plane(sites=("CRP", "RNAP"), datasets=("one",)):
    """Return landscape_plane.tsv.gz of 12 cells a side; the latent is -x - 2 y."""
    x, y = (each.ravel() for each in np.meshgrid(np.linspace(-2, 4, 12), np.linspace(-1, 3, 12), indexing="ij"))
    y = y if len(sites) == 2 else np.zeros_like(y)
    table = pd.DataFrame({"x_site": sites[0], "y_site": sites[1] if len(sites) == 2 else None, "x": x, "y": y})
    table = table.assign(latent=-x - 2 * y, variants=np.round(100 * np.exp(-((x - 1) ** 2) - (y - 0.5) ** 2)))
    table = table if len(sites) == 2 else table.drop_duplicates("x").assign(y=np.nan)
    return pd.concat([table.assign(dataset=dataset) for dataset in datasets], ignore_index=True)


def texts_of(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def test_rungs_are_the_wild_type_and_bars_the_library():
    levels, *_ = draw_landscape(landscape(LAC), plane(), TOLD, KCAL).axes
    rungs = [line for line in levels.lines if line.get_linewidth() == 2.2]
    np.testing.assert_allclose([rung.get_ydata()[0] for rung in rungs], [0, 1.26, 2.52, 3.78])
    bars = [patch for patch in levels.patches if isinstance(patch, Rectangle)]
    np.testing.assert_allclose([(bar.get_y(), bar.get_height()) for bar in bars], [(0.76, 1.5), (2.02, 1.5), (3.28, 1.5)])
    lines = [tuple(line.get_ydata()) for line in levels.lines if line.get_linewidth() == 1.0 and len(line.get_xdata()) == 2]
    np.testing.assert_allclose(lines, [(0.26, 3.26), (1.52, 4.52), (2.78, 5.78)])


def test_states_are_named_and_numbered_with_their_energies(check_texts):
    figure = draw_landscape(landscape(LAC), plane(), TOLD, KCAL)
    assert {"0", "1.3", "2.5", "3.8", "0 bound", "1 bound", "2 bound", *LAC} <= set(check_texts(figure))
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == list(LAC)


def test_lines_join_states_that_differ_by_one_protein():
    levels, *_ = draw_landscape(landscape(LAC), plane(), TOLD, KCAL).axes
    joined = [tuple(line.get_ydata()) for line in levels.lines if line.get_linewidth() == 0.6 and len(set(line.get_ydata())) == 2]
    np.testing.assert_allclose(joined, [(0.0, 1.26), (0.0, 2.52), (1.26, 3.78), (2.52, 3.78)])


def test_the_right_axis_is_in_kcal_per_mol():
    levels, *_ = draw_landscape(landscape(LAC), plane(), TOLD, KCAL).axes
    (right,) = levels.child_axes
    assert right.get_ylabel() == "kcal/mol"
    levels.figure.canvas.draw()
    assert right.get_ylim() == pytest.approx([KCAL * end for end in levels.get_ylim()])


def test_what_the_data_do_not_pin_is_drawn_open_and_written_with_a_letter(check_texts):
    rests_on = {"RNAP": "mu.RNAP", "CRP+RNAP": "mu.RNAP + mu.CRP"}
    table = landscape(LAC, rests_on=rests_on)
    table["told"] = [0.0, 1.26, 0.0, -2.47]
    figure = draw_landscape(table, plane(), TOLD, KCAL)
    texts = check_texts(figure)
    assert {"1.3", "a", "a + b − 2.5"} <= set(texts)
    assert any(text.startswith("Open: these data do not pin a = mu.RNAP, b = mu.CRP; what shares a letter") for text in texts)
    levels = figure.axes[0]
    assert len([line for line in levels.lines if line.get_linewidth() == 2.2]) == 2
    assert len([patch for patch in levels.patches if isinstance(patch, FancyArrowPatch)]) == 2
    assert not any("Open" in text for text in check_texts(draw_landscape(landscape(LAC), plane(), TOLD, KCAL)))


def test_arrows_of_open_levels_stand_clear_of_their_texts_and_end_in_the_axes():
    rests_on = {"RNAP": "mu.RNAP", "CRP+RNAP": "mu.RNAP + mu.CRP"}
    table = landscape(LAC, rests_on=rests_on)
    table["told"] = [0.0, 1.26, 0.0, -2.47]
    figure = draw_landscape(table.assign(wild_type=[0.0, 1.26, -9.0, -11.0]), plane(), TOLD, KCAL)
    figure.canvas.draw()
    levels = figure.axes[0]
    arrows = [patch.get_window_extent() for patch in levels.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == 2
    for arrow in arrows:
        assert levels.bbox.y0 < arrow.y0 < arrow.y1 < levels.bbox.y1
        assert not any(arrow.overlaps(text.get_window_extent()) for text in levels.texts)


def test_out_of_equilibrium_no_number_is_told(check_texts):
    rests_on = dict.fromkeys(["CRP", "RNAP", "CRP+RNAP"], "mu.RNAP, log_rate.x")
    table = landscape(LAC, rests_on=rests_on, quantity="effective free energy", told=False)
    figure = draw_landscape(table, plane(), TOLD, KCAL)
    texts = check_texts(figure)
    assert texts_of(figure.axes[0]).count("?") == 3
    assert "Open: these data do not pin mu.RNAP, log_rate.x; levels and spread rest on their values in this fit." in texts
    assert figure.axes[0].get_ylabel() == "Effective free energy (kT)"


def test_it_says_where_kT_is_hardly_told(check_texts):  # noqa: N802
    said = "These data hardly tell how large the energies are in kT: ratios between energies mean more than their size."
    assert said in check_texts(draw_landscape(landscape(LAC), plane(), scale("no"), KCAL))
    assert said not in check_texts(draw_landscape(landscape(LAC), plane(), TOLD, KCAL))


def test_the_plane_has_the_latent_the_library_and_the_wild_type(check_texts):
    figure = draw_landscape(landscape(LAC), plane(), TOLD, KCAL)
    _, axes, key = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("ΔΔG of CRP (kT)", "ΔΔG of RNAP (kT)")
    star = next(line for line in axes.lines if line.get_marker() == "*")
    assert (star.get_xdata(), star.get_ydata()) == ([0], [0])
    assert key.get_ylabel() == "Δu against the wild type"
    assert key.get_ylim() == (-10, 10)  # the latent reaches from -10 to 4: the white of the wild type is in the middle
    assert any("50, 80 and 95 %" in text for text in check_texts(figure))


def test_lines_enclose_shares_of_the_library():
    counts = np.zeros((21, 21))
    counts[10, 10] = 100
    density = smoothed(counts)
    assert density.sum() == pytest.approx(100)
    assert density[10, 10] / density[10, 11] == pytest.approx(np.exp(0.5))
    for share in (0.5, 0.8, 0.95):
        inside = density[density >= threshold(density, share)].sum() / density.sum()
        assert share <= inside < share + 0.1


def test_with_one_site_a_curve_over_its_energy(check_texts):
    figure = draw_landscape(landscape(every(["RNAP"])), plane(["RNAP"]), TOLD, KCAL)
    texts = check_texts(figure)
    _, axes = figure.axes
    curve = next(line for line in axes.lines if len(line.get_xdata()) == 12)
    np.testing.assert_allclose(curve.get_ydata(), -curve.get_xdata())
    heights = np.array([bar.get_height() for bar in axes.patches])
    np.testing.assert_allclose(heights / heights.max(), plane(["RNAP"])["variants"] / plane(["RNAP"])["variants"].max())
    assert any("Bars: training variants" in text for text in texts)


def test_how_the_sites_were_chosen_is_said_where_there_is_a_choice(check_texts):
    three = check_texts(draw_landscape(landscape(every([*"ABC"])), plane([*"AB"]), TOLD, KCAL))
    assert any("of the two sites that move it most (each varied" in text for text in three)
    assert not any("sites that move it most" in text for text in check_texts(draw_landscape(landscape(LAC), plane(), TOLD, KCAL)))


def test_without_a_site_that_varies_there_are_levels_alone(check_texts):
    figure = draw_landscape(landscape(LAC), plane().iloc[:0], TOLD, KCAL)
    check_texts(figure)
    assert len(figure.axes) == 1


def test_of_very_many_states_those_of_lowest_energy_are_drawn(check_texts):
    texts = check_texts(draw_landscape(landscape(every([*"ABCDEF"])), plane([*"AB"]), TOLD, KCAL))
    assert any(text.startswith("32 more states") for text in texts)
    assert "A+B" in texts
    assert "A+B+C+D+E+F" not in texts


def test_states_of_long_names_are_dots_for_their_sites(check_texts):
    states = every(LONG[:2])
    figure = draw_landscape(landscape(states), plane(LONG[:2]), TOLD, KCAL)
    texts = check_texts(figure)
    assert "empty" not in texts
    names = [text.removeprefix("ΔΔG of ") for text in texts if "…" in text]
    assert sum(name.startswith(("a_t", "RNA")) for name in names) == 4  # beside the dots, and at the plane's axes
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o" and line.get_markersize() == 3.5]
    heights = [tuple(line.get_ydata()) for line in dots]
    first, second = heights[1], heights[2]
    assert heights == [(), first, second, first + second]
    assert first[0] > second[0]


def test_states_that_bind_the_same_keep_their_names(check_texts):
    long = "complex_whose_DNA_is_not_yet_open_or_anything_else"
    states = {"empty": "", long: "P", "open": "P"}
    texts = check_texts(draw_landscape(landscape(states), plane(["P"]), TOLD, KCAL))
    assert {"empty", "open"} <= set(texts)
    assert any(text.startswith("compl") for text in texts)


def test_energies_that_are_not_pinned_stretch_no_other_dataset():
    table = landscape(LAC, ("one", "two"))
    own = (table["dataset"] == "one") & (table["state"] == "RNAP")
    table.loc[own, ["wild_type", *SPREAD]] += 50
    one, two = (draw_landscape(table, plane().iloc[:0], TOLD, KCAL).axes[number].get_ylim()[1] for number in (0, 1))
    assert one == two > 50
    table.loc[own, "rests_on"] = "mu.RNAP"
    one, two = (draw_landscape(table, plane().iloc[:0], TOLD, KCAL).axes[number].get_ylim()[1] for number in (0, 1))
    assert one > 50 > 8 > two


TWELVE = every([*"ABCD"], lambda bound: not {"A", "B"} <= set(bound))


@pytest.mark.parametrize("is_open", [False, True])
@pytest.mark.parametrize(
    ("states", "datasets"),
    [
        (LAC, ("x" * 120, "two", "three")),
        (TWELVE, ("one",)),
        (every(["CRE1", "CRE2", "CRE3", "CRE4"]), ("one", "two")),
        (every(LONG), ("one",)),
        (every(LONG[:2]), ("one",)),
    ],
)
def test_texts_stand_clear(check_texts, states, datasets, is_open):
    sites = list(dict.fromkeys(site for bound in states.values() for site in bound.split("+") if site))
    rests_on = {state: " + ".join(f"mu.{site}" for site in bound.split("+")) for state, bound in states.items() if bound}
    table = landscape(states, datasets, rests_on if is_open else None)
    texts = check_texts(draw_landscape(table, plane(sites[:2], datasets), TOLD, KCAL))
    assert {datasets[-1], "0 bound" if len(states) < 9 else "2 bound"} <= set(texts)
    assert any(text.startswith("Open:") for text in texts) == is_open


def test_a_model_without_states_has_none_to_draw(check_texts):
    assert check_texts(draw_landscape(landscape(LAC).iloc[:0], plane().iloc[:0], TOLD, KCAL)) == ["The model has no states"]


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("", []),
        ("mu.A", [("+", "mu.A")]),
        ("mu.B - mu.A + e(C)", [("+", "mu.B"), ("-", "mu.A"), ("+", "e(C)")]),
        ("- mu.A", [("-", "mu.A")]),
        ("mu.A.5 uM, log_rate.a-b", [("+", "mu.A.5 uM"), ("+", "log_rate.a-b")]),
    ],
)
def test_terms_of_a_sum(terms, found):
    assert in_terms(terms) == found


def test_same_bytes(tmp_path):
    for number in range(2):
        figure = draw_landscape(landscape(LAC), plane(), TOLD, KCAL)
        save_figure(figure, [tmp_path / f"{number}.{suffix}" for suffix in ("svg", "pdf", "png")])
    assert all((tmp_path / f"0.{s}").read_bytes() == (tmp_path / f"1.{s}").read_bytes() for s in ("svg", "pdf", "png"))
