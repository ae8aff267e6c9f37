"""What the figure of the network shows: states, weights, values that are told and those that are not."""

from itertools import combinations, pairwise
from math import exp, log
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch

from cisphys.figures.network import draw_network
from cisphys.figures.network_values import Weights, log_rates, number, occupancies, steady_state
from cisphys.figures.reaction_layout import Graph
from cisphys.figures.style import save_figure
from cisphys.models.describe import description_table
from cisphys.models.families import network_of
from cisphys.models.language import build_spec, load_spec
from cisphys.models.spec import NetworkSpec

ROOT = Path(__file__).parents[2]
LONG = ["transcription_factor_of_a_long_name", "another_activator", "RNA_polymerase_holoenzyme", "repressor_of_that_operon"]


def model(name: str) -> NetworkSpec:
    return load_spec(ROOT / f"config/models/{name}.yaml", ROOT / "workflow/schemas/model.schema.yaml")


def of_sites(names: list[str], kinetic: bool = False, exclusive: bool = False) -> NetworkSpec:
    """Return a model in which all sites interact with the last, which transcribes, and the first two may exclude each other."""
    groups = [group for size in range(len(names) + 1) for group in combinations(names, size)]
    groups = [group for group in groups if not (exclusive and {*names[:2]} <= {*group})]
    states = {"+".join(group) or "empty": list(group) for group in groups}
    data = {"type": "kinetic" if kinetic else "thermodynamic", "variant_length": 20 * len(names), "states": states}
    data["sites"] = {name: {"start": 20 * number, "stop": 20 * number + 18} for number, name in enumerate(names)}
    data["interactions"] = [[name, names[-1]] for name in names[:-1]]
    on = {state: group for state, group in states.items() if names[-1] in group}
    if not kinetic:
        return build_spec(data | {"transcribes": list(on)}, {})
    ends = {state: "+".join(group[:-1]) or "empty" for state, group in on.items()}
    away = [{"from": state, "to": end, "rate": "initiation", "transcribes": True} for state, end in ends.items()]
    return build_spec(data | {"binding": "every", "transitions": away}, {})


def sites_of(energies: dict[str, float], unknown=()) -> pd.DataFrame:
    """Return landscape_sites.tsv of sites with these binding energies of the wild type."""
    rests_on = ["spacer" if site in unknown else "" for site in energies]
    return pd.DataFrame({"site": list(energies), "wild_type": list(energies.values()), "rests_on": rests_on})


def drawn(spec: NetworkSpec, unknown=("t_sat", "t_bg"), kind="sorted_bins", datasets=1, sites=None):
    """Return the figure of a model whose parameters have the values 0.1, 0.2, ..., and whose wild type binds at 0 kT."""
    length = spec.variant_length or 75
    levels = {column: ["0", "25"] for column in spec.condition_columns}
    network = network_of(spec.for_length(length), levels)
    rows = [(name, 0.1 * (number + 1), "no" if name in unknown else "yes") for number, name in enumerate(network.scalar_names)]
    parameters = pd.DataFrame(rows, columns=["name", "value", "identifiable"])
    about = {"kind": kind, "conditions": dict.fromkeys((*spec.condition_columns, *spec.concentration_columns), "25")}
    summary = {"wild_type": "ACGT" * (length // 4) + "ACG"[: length % 4], "numbering": -length, "condition_levels": levels}
    summary["datasets"] = {f"experiment_{number}": about for number in range(datasets)}
    sites = sites_of(dict.fromkeys(spec.site_names, 0.0)) if sites is None else sites
    return draw_network(spec, description_table(network), parameters, sites, summary)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lac_thermodynamic", {"= 0.600 kT", "t_sat = ?", "sorted bins", "μ = 0.100 kT"}),
        ("lac_kinetic", {"log k(CRP) − μ(CRP) = 0.300", "transcribes, irreversible", "reversible"}),
        ("two_activators", {"A+B+RNAP"}),
        ("rnap_spacer", {"e: 11 × 4 and 11 × 4 energies"}),
        ("cre_enhancer", {"CRE3", "RNA / DNA"}),
        ("lac_by_cAMP", {"μ, kT, at 0: 0.100, 25: 0.200"}),
        ("lac_additive", {"u = −e", "300 values, 0 for the wild type"}),
        ("splice_site", {"values of bases and of all pairs"}),
        ("lac_blackbox", {"20 units, tanh", "10 units, tanh", "300 weights straight to the output"}),
    ],
)
def test_every_family_is_drawn_with_its_values(name, words, check_texts):
    texts = check_texts(drawn(model(name), kind="rna_dna" if name == "cre_enhancer" else "sorted_bins"))
    assert words <= set(texts)


@pytest.mark.parametrize("kinetic", [False, True])
@pytest.mark.parametrize("sites", [2, 4])
def test_no_texts_meet_at_long_names(sites, kinetic, check_texts):
    texts = check_texts(drawn(of_sites(LONG[:sites], kinetic), datasets=2))
    assert "wild type as in experiment_0" in texts


def arrows_of(figure):
    """Return how many arrows have one head, and how many two."""
    styles = [type(patch.get_arrowstyle()).__name__ for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    return styles.count("CurveFilledB"), styles.count("CurveFilledAB")


def test_twelve_kinetic_states_have_each_rate_once_and_two_heads_to_a_line(check_texts):
    spec = of_sites([*"ABCD"], kinetic=True, exclusive=True)
    assert len(spec.states) == 12
    figure = drawn(spec)
    texts = check_texts(figure)
    # 20 ways to bind, that are undone, and the 6 states with D transcribe; the key has one of each; to the measurement leads one
    assert arrows_of(figure) == (6 + 1 + 1, 20 + 1)
    # mu of A to D: 0.1 to 0.4; interactions with D: 0.5 to 0.7; log rates: 0.8 to 1.1
    assert {"log k(A) − μ(A) = 0.700", "log k(D) + e(D) + I(A, D) + I(C, D) = 2.30", "initiation", "6 ×"} <= set(texts)
    assert texts.count("unbinds D") == 6  # with none, one or two of A or B and C beside it


def test_where_names_of_states_are_too_long_they_are_numbers(check_texts):
    for kinetic in (False, True):
        texts = check_texts(drawn(of_sites(LONG, kinetic, exclusive=True)))
        assert {"empty", "1+3", "2+3+4", "1+3+4"} <= set(texts)
        assert not any("…" in text and "+" in text for text in texts)


def test_states_that_are_not_named_by_their_sites_keep_their_names(check_texts):
    states = {"empty": [], "closed_complex": [LONG[2]], "open_complex": [LONG[2]], "other": [LONG[0]]}
    data = {"type": "kinetic", "variant_length": 40, "states": states}
    data["sites"] = {LONG[0]: {"start": 0, "stop": 18}, LONG[2]: {"start": 20, "stop": 38}}
    data["transitions"] = [
        {"from": "empty", "to": "closed_complex", "binds": LONG[2]},
        {"from": "closed_complex", "to": "empty", "unbinds": LONG[2]},
        {"from": "empty", "to": "other", "binds": LONG[0]},
        {"from": "other", "to": "empty", "unbinds": LONG[0]},
        {"from": "closed_complex", "to": "open_complex", "rate": "opening"},
        {"from": "open_complex", "to": "empty", "rate": "release"},
        {"from": "open_complex", "to": "open_complex", "rate": "start", "transcribes": True},
    ]
    figure = drawn(build_spec(data, {}))
    texts = check_texts(figure)
    assert {"closed_complex", "open_complex", "empty → other"} <= set(texts)
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    assert sum(vars(arrow.get_connectionstyle())["rad"] != 0 for arrow in arrows) == 1  # from open_complex to itself


def chain(order, *more):
    """Return a kinetic model of one protein whose bound states follow each other in this order, but listed by their names."""
    transitions = [{"from": "empty", "to": order[0], "binds": "P"}, {"from": order[0], "to": "empty", "unbinds": "P"}]
    transitions += [{"from": a, "to": b, "rate": f"{a}{b}"} for a, b in [*pairwise(order), *more]]
    transitions.append({"from": order[-1], "to": "empty", "rate": "escape", "transcribes": True})
    states = {"empty": [], **{state: ["P"] for state in sorted(order)}}
    data = {"type": "kinetic", "variant_length": 20, "states": states, "transitions": transitions}
    return build_spec(data | {"sites": {"P": {"start": 0, "stop": 18}}}, {})


def test_states_of_a_column_stand_in_the_order_of_their_transitions():
    graph = Graph(chain("dbca"), ["empty", *"abcd"], 5.0)
    assert graph.levels[1] in ([*"dbca"], [*"acbd"])
    heights = [graph.places[state][1] for state in graph.levels[1]]
    assert heights == sorted(heights, reverse=True)


def test_transitions_that_pass_by_a_state_bend_around_it(check_texts):
    spec = chain("dbca", ("d", "a"), ("a", "d"))  # a ring: one pair of neighbours stands at its ends
    figure = drawn(spec)
    check_texts(figure)
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    bent = [arrow for arrow in arrows if vars(arrow.get_connectionstyle()).get("rad")]
    assert len(bent) == 2
    graph = Graph(spec, ["empty", *"abcd"], 5.0)
    right = graph.places["a"][0] + graph.width / 2
    for arrow in bent:  # its middle lies beside the boxes
        (start, _), (control, _), (stop, _) = arrow.get_path().vertices[:3]
        assert (start + 2 * control + stop) / 4 > right + 0.1
        assert max(start, control, stop) < 4.65  # where the occupancies begin


def test_what_the_data_do_not_tell_is_a_question_mark(check_texts):
    texts = check_texts(drawn(model("lac_thermodynamic"), unknown=("mu.RNAP", "t_sat", "t_bg")))
    assert {"μ = ?", "G(RNAP) = ?", "G(CRP) + G(RNAP) + I(CRP, RNAP) = ?"} <= set(texts)
    share = exp(-0.1) / (1 + exp(-0.1))
    assert f"{100 * share:.0f} % of a" in texts
    assert f"{100 / (1 + exp(-0.1 - 0.3)):.0f} % of b" in texts


SPACED = {"CRP": 0.0, "RNAP": -log(1 + exp(-0.3) + exp(-0.4) + exp(-0.5) + exp(-0.6))}  # the usual spacing costs nothing


def test_sites_with_several_places_have_the_sum_over_them(check_texts):
    texts = check_texts(drawn(model("rnap_spacer"), sites=sites_of(SPACED)))
    # mu.CRP 0.1, mu.RNAP 0.2, spacers 0.3 to 0.6, interaction 0.7
    assert SPACED["RNAP"] == pytest.approx(-log(1 + 0.741 + 0.670 + 0.607 + 0.549), abs=5e-4)
    assert {"wild type: e = −1.27 kT", "G(RNAP) = −1.07 kT", "= −0.272 kT"} <= set(texts)
    weights = [1, exp(-0.1), exp(1.072), exp(0.272)]
    assert {f"{100 * weight / sum(weights):.0f} %" for weight in weights} <= set(texts)


def test_a_sum_over_places_that_is_not_known_is_a_question_mark(check_texts):
    texts = check_texts(drawn(model("rnap_spacer"), sites=sites_of(SPACED, ["RNAP"])))
    assert {"wild type: e = ?", "G(RNAP) = ?", "G(CRP) = 0.100 kT"} <= set(texts)


def test_rates_of_a_site_with_several_places_are_told():
    data = {"type": "kinetic", "variant_length": 20, "states": {"empty": [], "P": ["P"]}, "binding": "every"}
    data["sites"] = {"P": {"start": 2, "stop": 8, "offsets": [0, 3]}}
    data["transitions"] = [{"from": "P", "to": "empty", "rate": "initiation", "transcribes": True}]
    spec = build_spec(data, {})
    rows = [("mu.P", 0.5, "yes"), ("log_rate.P", 1.0, "yes")]
    parameters = pd.DataFrame(rows, columns=["name", "value", "identifiable"])
    places = -log(exp(-0.0) + exp(-2.0))
    found = log_rates(spec, Weights(parameters, sites_of({"P": places})), {})
    assert found == pytest.approx([0.0, 1.0 - 0.5, 1.0 + places])  # initiation, the unit of time; on; off
    assert log_rates(spec, Weights(parameters, sites_of({"P": places}, ["P"])), {}) == [0.0, 0.5, None]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (9, "9.00 kT"),
        (-5.5, "−5.50 kT"),
        (0.0, "0.00 kT"),
        (-0.0001, "−1.00 × 10⁻⁴ kT"),
        (0.00123, "0.00123 kT"),
        (99.96, "100 kT"),
        (0.9996, "1.00 kT"),
        (8103.1, "8100 kT"),
        (12345.0, "1.23 × 10⁴ kT"),
    ],
)
def test_numbers_have_three_digits(value, text):
    assert number(value, "kT") == text


def test_occupancies_are_those_of_the_network():
    spec = model("two_activators")
    network = network_of(spec)
    values = {name: 0.3 * number - 0.5 for number, name in enumerate(network.scalar_names)}
    network.set_values(network.named_values() | values)
    rows = [(name, value, "yes") for name, value in values.items()]
    weights = Weights(
        pd.DataFrame(rows, columns=["name", "value", "identifiable"]), sites_of(dict.fromkeys(spec.site_names, 0.0))
    )
    expected = network.occupancies(np.zeros((1, 120), dtype=np.uint8)).detach().numpy()[0]
    assert [each.share for each in occupancies(spec, weights, {}).values()] == pytest.approx(expected)


def test_steady_state_is_the_null_vector_of_the_rates():
    edges, log_rates = [(0, 1), (1, 2), (2, 0), (1, 0), (0, 2)], [0.5, -1.0, 2.0, 0.3, -0.7]
    matrix = np.zeros((3, 3))
    for (source, target), rate in zip(edges, np.exp(log_rates), strict=True):
        matrix[target, source] += rate
        matrix[source, source] -= rate
    assert matrix @ steady_state(3, edges, log_rates) == pytest.approx(np.zeros(3), abs=1e-12)


def test_of_many_states_the_most_occupied_are_drawn(check_texts):
    texts = check_texts(drawn(of_sites([*"ABCDE"])))
    left_out = [text for text in texts if "more states" in text]
    assert len(left_out) == 1
    assert left_out[0].startswith("20 more states, ")
    hidden = check_texts(drawn(of_sites([*"ABCDE"]), unknown=("mu.A",)))
    assert "20 more states; the data do not tell which are occupied most" in hidden


def test_lines_tell_how_weights_are_come_by():
    figure = drawn(model("lac_thermodynamic"))
    legend = [text.get_text() for text in figure.axes[0].texts]
    assert {"fitted", "fitted, one value for several", "fixed by the model"} <= set(legend)
    assert "fitted, one value for several" not in [text.get_text() for text in drawn(model("lac_additive")).axes[0].texts]


def test_same_bytes(tmp_path):
    for time in range(2):
        save_figure(drawn(model("lac_kinetic")), [tmp_path / f"{time}.{suffix}" for suffix in ("svg", "pdf", "png")])
    assert all((tmp_path / f"0.{s}").read_bytes() == (tmp_path / f"1.{s}").read_bytes() for s in ("svg", "pdf", "png"))
