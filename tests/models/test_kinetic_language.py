"""Kinetic models as YAML: what they declare, and each mistake with its line."""

from math import log
from pathlib import Path

import pytest
from kinetic_models import ACTIVATOR, OPENING
from promoters import spec_of

from cisphys.errors import InputError
from cisphys.models.language import load_spec

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "workflow" / "schemas" / "model.schema.yaml"


def rates(spec):
    """The log rates by channel, as formulas."""
    return {channel.name: channel.spelled() for channel in spec.kinetics.channels}


def test_what_binding_every_declares():
    spec = spec_of(ACTIVATOR.replace("rate: escape", "rate: escape, times: push"))
    assert rates(spec) == {
        "P -> empty, rate escape, times push": "log_factor.push",
        "A+P -> A, rate escape, times push": "log_factor.push",
        "empty -> A, binds A": "log_rate.A - mu.A",
        "A -> empty, unbinds A": "log_rate.A + energy.A",
        "empty -> P, binds P": "log_rate.P - mu.P",
        "P -> empty, unbinds P": "log_rate.P + energy.P",
        "A -> A+P, binds P": "log_rate.P - mu.P",
        "A+P -> A, unbinds P": "log_rate.P + energy.P + interaction.A.P",
        "P -> A+P, binds A": "log_rate.A - mu.A",
        "A+P -> P, unbinds A": "log_rate.A + energy.A + interaction.A.P",
    }
    assert spec.kinetics.time_unit == "escape"
    assert spec.kinetics.scalars == ("mu.A", "mu.P", "interaction.A.P", "log_rate.A", "log_rate.P", "log_factor.push")
    assert spec.transcribes == ("P", "A+P")
    assert spec.tied


def test_the_shipped_lac_model():
    spec = load_spec(ROOT / "config" / "models" / "lac_kinetic.yaml", SCHEMA)
    assert [(site.name, site.start, site.stop) for site in spec.sites] == [("CRP", 1, 27), ("RNAP", 34, 75)]
    assert (len(spec.kinetics.channels), len(spec.kinetics.pairs), spec.kinetics.time_unit) == (10, 4, "initiation")
    (cycle,) = spec.kinetics.cycles()
    assert spec.kinetics.cycle_affinity(cycle) == ({}, 0.0)


def test_transitions_of_ones_own():
    spec = spec_of(OPENING)
    assert rates(spec)["closed -> open, rate opening"] == "log_rate.opening"
    assert spec.kinetics.pairs == ((0, 1), (2, 3), (4, 5))
    (cycle,) = spec.kinetics.cycles()
    terms, constant = spec.kinetics.cycle_affinity(cycle)
    sign = terms["log_rate.opening"]
    expected = {"energy.P": -1, "mu.P": -1, "opening": 1, "closing": -1, "release": 1, "capture": -1}
    assert {name.removeprefix("log_rate."): sign * times for name, times in terms.items()} == expected
    assert constant == 0


def test_numbers_state_the_unit_of_time():
    spec = spec_of(OPENING.replace("rate: closing", "rate: 0.5"))
    assert spec.kinetics.time_unit is None
    assert rates(spec)["open -> closed, rate 0.5"] == f"- {-log(0.5):.4g}"
    assert "log_rate.P" in spec.kinetics.scalars
    assert spec_of(OPENING + "time_unit: closing\n").kinetics.time_unit == "closing"
    assert spec_of(OPENING).kinetics.time_unit == "P"


def test_one_s_own_binding_takes_the_place_of_every_binding():
    own = "  - {from: A+P, to: P, unbinds: A, times: push}\n"
    found = rates(spec_of(ACTIVATOR + own))
    assert "A+P -> P, unbinds A" not in found
    assert found["A+P -> P, unbinds A, times push"] == "log_rate.A + energy.A + interaction.A.P + log_factor.push"
    spec = spec_of(ACTIVATOR + own)
    (cycle,) = spec.kinetics.cycles()
    assert list(spec.kinetics.cycle_affinity(cycle)[0]) == ["log_factor.push"]


# two ways to open, both reversible: a cycle of constants alone
LOOP = (
    OPENING.replace("empty, rate: release", "ready, rate: release")
    .replace("from: empty, to: open, rate: capture", "from: ready, to: open, rate: capture")
    .replace("  open: [P]\n", "  open: [P]\n  ready: [P]\n")
    + "  - {from: ready, to: closed, rate: 2}\n  - {from: closed, to: ready, rate: waiting}\n"
)


def test_detailed_balance_sets_the_last_constant_of_its_cycle():
    free, held = spec_of(LOOP).kinetics, spec_of(LOOP + "balanced: [[closed, open, ready]]\n").kinetics
    (cycle,) = free.cycles()
    assert free.cycle_affinity(cycle)[0] != {}
    assert held.cycle_affinity(cycle) == ({}, 0.0)
    gone = {name.partition(".")[2] for name in set(free.scalars) - set(held.scalars)}
    assert gone == {"waiting"}
    rate = next(channel for channel in held.channels if (channel.source, channel.target) == ("closed", "ready"))
    # waiting = opening * release / (closing * capture) * 2
    terms = {"log_rate.opening": 1, "log_rate.closing": -1, "log_rate.release": 1, "log_rate.capture": -1}
    assert (rate.terms, rate.constant) == (terms, pytest.approx(log(2)))


def test_a_concentration_multiplies_a_named_rate():
    spec = spec_of(OPENING.replace("rate: capture}", "rate: capture, concentration: P_nM}"))
    assert spec.kinetics.concentrations == {"log_rate.capture": "P_nM"}
    assert spec.concentration_columns == ("P_nM",)
    factor = OPENING.replace("unbinds: P}", "unbinds: P, times: exchange, concentration: P_nM}")
    assert spec_of(factor).kinetics.concentrations == {"log_factor.exchange": "P_nM"}


# OPENING: the transitions begin in line 9, their entries are lines 10 to 16
@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("from: empty, to: closed, binds", "from: emtpy, to: closed, binds", 10, "'emtpy' is no state (did you mean 'empty'?"),
        ("to: closed, binds", "to: clsd, binds", 10, "'clsd' is no state"),
        ("binds: P}", "binds: Q}", 10, "'Q' is no site"),
        ("closed, binds: P", "closed, unbinds: P", 10, "unbinds P, but 'empty' has nothing and 'closed' has P bound"),
        ("rate: opening}", "binds: P}", 12, "binds P, but 'closed' has P and 'open' has P bound"),
        ("rate: opening}", "rate: opening, binds: P}", 12, "this one says binds and rate"),
        (", rate: opening}", "}", 12, "one of binds, unbinds and rate: this one has none"),
        ("rate: opening}", "rate: P}", 12, "'P' is a rate constant here, and the binding constant of site 'P' elsewhere"),
        ("rate: closing}", "rate: closing, times: opening}", 13, "'opening' is a factor here, and a rate constant elsewhere"),
        ("rate: closing}", "rate: opening, concentration: x}", 13, "'opening' is given with different concentrations"),
        ("binds: P}", "binds: P, concentration: x}", 10, "a concentration needs a named `rate` or `times`"),
        ("open, rate: start, transcribes: true", "open, rate: start", 16, "to itself that makes no transcript does nothing"),
        (", transcribes: true", ", times: start2", 16, "to itself that makes no transcript"),
        ("from: open, to: closed, rate: closing", "from: closed, to: open, rate: opening", 13, "is given twice"),
        ("rate: opening}", "rate: 0}", 12, "must be more than 0"),
        ("rate: opening}", "rate: 1e-3}", 12, "a number such as 0.001"),
        ("rate: opening}", "rate: opening, colour: red}", 12, "unknown key 'colour'"),
        ("transitions:", "time_unit: opened\ntransitions:", 9, "'opened' is no free rate constant"),
        ("transitions:", "binding: every\ntransitions:", 9, "cannot tell the states 'closed' and 'open' apart"),
        ("transitions:", "transcribes: [open]\ntransitions:", 9, "'transcribes' means nothing in kinetic"),
        ("transitions:", "balanced: [[closed, open, empty]]\ntransitions:", 9, "changes with the sequence"),
        ("transitions:", "balanced: [[closed, open, shut]]\ntransitions:", 9, "'open' and 'shut' are joined by 0"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path, old, new, line, message):
    assert old in OPENING
    path = tmp_path / "model.yaml"
    path.write_text(OPENING.replace(old, new, 1))
    with pytest.raises(InputError) as error:
        load_spec(path, SCHEMA)
    assert message in str(error.value)
    assert f"line {line}:" in str(error.value)


def without(text, *starts):
    return "".join(line for line in text.splitlines(keepends=True) if not line.strip(" -").startswith(starts))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (without(OPENING, "{from: empty"), "no transition leaves state 'empty', so everything ends there"),
        (without(OPENING, "{from: closed, to: empty", "{from: open, to: empty"), "no transition leads to state 'empty'"),
        (OPENING.replace("  open: [P]", "  open: [P]\n  lost: [P]"), "no transition joins state 'lost' to another"),
        (without(OPENING, "{from: closed, to: open", "{from: empty, to: open"), "no transition leads to state 'open'"),
        (without(OPENING, "{from: open, to: open"), "no transition makes a transcript"),
        (without(OPENING, "{from: closed, to: empty"), "no transition unbinds site 'P'"),
        (without(OPENING, "{from: empty, to: closed"), "no transition binds site 'P'"),
    ],
)
def test_graphs_without_one_steady_state_are_refused(text, message):
    with pytest.raises(InputError, match=message):
        spec_of(text)


def joined(*edges):
    """OPENING with four more states and these transitions between them."""
    states = "".join(f"  {name}: [P]\n" for name in "wxyz")
    lines = (f"  - {{from: {a}, to: {b}, rate: {a}_{b}}}\n" for a, b in edges)
    return OPENING.replace("  open: [P]\n", f"  open: [P]\n{states}") + "".join(lines)


def test_several_sets_of_states_that_are_never_left():
    with pytest.raises(InputError, match=r"\{w, x\} and \{y, z\} are never left"):
        spec_of(joined("wx", "xw", "yz", "zy", ("open", "w"), ("open", "y")))
    with pytest.raises(InputError, match=r"\{empty, closed, open\} and \{w, x, y, z\}"):
        spec_of(joined("wx", "xy", "yz", "zw"))


def test_states_that_are_only_passed_through():
    with pytest.raises(InputError, match=r"no way back to 'w', 'x' from \{empty, closed, open, y, z\}"):
        spec_of(joined("wx", "xw", ("open", "y"), "yz", ("z", "empty"), ("x", "open")))


def test_interactions_need_an_unbinding_that_feels_them():
    one_way = ACTIVATOR.replace("binding: every\n", "") + "".join(
        f"  - {{from: {a}, to: {b}, {way}: {site}}}\n"
        for a, b, way, site in [
            ("empty", "A", "binds", "A"),
            ("A", "empty", "unbinds", "A"),
            ("empty", "P", "binds", "P"),
            ("P", "empty", "unbinds", "P"),
            ("A", "A+P", "binds", "P"),
        ]
    )
    with pytest.raises(InputError, match="no transition unbinds one of A, P while the others are bound"):
        spec_of(one_way)


def test_states_that_all_transcribe_alike_are_refused():
    everywhere = "".join(f"  - {{from: {state}, to: {state}, rate: escape, transcribes: true}}\n" for state in ("empty", "A"))
    with pytest.raises(InputError, match="all states transcribe alike"):
        spec_of(ACTIVATOR + everywhere)


def test_kinetic_keys_mean_nothing_in_equilibrium():
    with pytest.raises(InputError, match="'transitions' means nothing in thermodynamic"):
        spec_of(ACTIVATOR.replace("kinetic", "thermodynamic") + "transcribes: [P]\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OPENING.replace("rate: closing", "rate: 1") + "time_unit: P\n", "rates that are numbers state the unit of time already"),
        (
            OPENING.replace("rate: capture}", "rate: capture, concentration: x}") + "time_unit: capture\n",
            "'capture' comes with a concentration and cannot be the unit of time",
        ),
        (LOOP.replace("rate: waiting", "rate: 1") + "balanced: [[ready, open, empty]]\n", "joined by 0 reversible pairs"),
        (
            LOOP.replace("opening", "3")
            .replace("closing", "2")
            .replace("rate: release", "rate: 4")
            .replace("capture", "5")
            .replace("waiting", "6")
            + "balanced: [[closed, open, ready]]\n",
            "holds no free constant that could balance it",
        ),
    ],
)
def test_units_and_cycles_that_cannot_be(text, message):
    with pytest.raises(InputError, match=message):
        spec_of(text)
