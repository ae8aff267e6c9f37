"""A model and its parameters in words."""

import pytest
from promoters import spec_of

from cisphys.models.describe import parameter_in_words
from cisphys.models.sites import Site
from cisphys.models.spec import NetworkSpec
from cisphys.report.words import model_in_words, model_tables, site_table, state_table

SPEC = NetworkSpec(
    description="Two sites.",
    sites=(Site("CRP", 1, 4, "+", condition="cAMP_uM"), Site("RNAP", 4, 8, "-")),
    interactions=(("CRP", "RNAP"),),
    states={"empty": (), "both": ("CRP", "RNAP")},
    rates={"empty": 0.0, "both": 1.0},
)


KINETIC = """\
type: kinetic
sites: {P: {start: 0, stop: 4}}
states: {empty: [], P: [P]}
binding: every
transitions:
  - {from: P, to: empty, rate: escape, transcribes: true}
"""


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_sites_have_the_users_coordinates_and_their_own_strand():
    assert texts(site_table(SPEC, "AACGTTTG", -4)) == [
        ["CRP", "−3 to −1", "+", "3", "ACG", "one place", "one per value of cAMP_uM"],
        ["RNAP", "+1 to +4", "−", "4", "CAAA", "one place", "one value"],
    ]


def test_states_have_their_energies():
    assert texts(state_table(SPEC)) == [
        ["empty", "nothing", "0", "no"],
        ["both", "CRP, RNAP", "G(CRP) + G(RNAP) + I(CRP, RNAP)", "yes"],
    ]


def test_model_says_its_description_and_what_transcribes():
    said = model_in_words(SPEC)
    assert said[0] == "Two sites."
    assert said[1].startswith("2 sites and 2 states in equilibrium.")
    assert said[1].endswith("Transcription starts from both.")


def test_a_kinetic_model_in_words_and_tables():
    spec = spec_of(KINETIC)
    said = model_in_words(spec)[0]
    assert said.startswith("1 site, 2 states and 3 transitions, in a steady state")
    assert "Transcription starts from P. Rates are in units of that of escape." in said
    _, states, transitions = model_tables(spec, "A" * 4, None)
    assert [[cell.text for cell in row] for row in states.rows] == [["empty", "nothing", "no"], ["P", "P", "yes"]]
    assert [cell.text for cell in transitions.rows[2]] == ["P → empty", "unbinds P", "log_rate.P + energy.P", "no"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mu.CRP", "free energy of CRP on the wild type"),
        ("mu.CRP.0.5", "free energy of CRP on the wild type at 0.5"),
        ("interaction.CRP.RNAP", "interaction of CRP and RNAP"),
        ("log_rate.initiation", "logarithm of the rate of initiation, in units of the one that is held"),
        ("log_factor.push", "logarithm of the factor push"),
        ("t_bg", "basal transcription rate"),
        ("something.else", "something.else"),
    ],
)
def test_parameter_names(name, expected):
    assert parameter_in_words(name) == expected
