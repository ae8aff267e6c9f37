"""Sites read from a table of energy matrices."""

from pathlib import Path

import made_up
import numpy as np
import pytest

from cisphys.figures.sites import (
    agreement_text,
    coordinate,
    coordinate_label,
    declared_sites,
    largest_change,
    sites_of,
    without_place,
)
from cisphys.models.language import build_spec
from cisphys.yaml_lines import load_yaml

MODELS = Path(__file__).parents[2] / "config/models"


@pytest.mark.parametrize(
    ("index", "numbering", "expected"),
    [(0, None, 0), (74, None, 74), (0, -74, -74), (73, -74, -1), (74, -74, 1), (75, -74, 2), (3, 0, 3), (3, 10, 13)],
)
def test_coordinates_skip_zero_only_below_it(index, numbering, expected):
    assert coordinate(index, numbering) == expected


@pytest.mark.parametrize(
    ("place", "numbering", "expected"), [(-35, -74, "−35"), (1, -74, "+1"), (7, None, "7"), (1200, None, "1,200"), (5, 3, "5")]
)
def test_coordinate_labels(place, numbering, expected):
    assert coordinate_label(place, numbering) == expected


def test_sites_come_in_their_order_on_the_variant():
    sites = sites_of(made_up.matrices([("last", 50, 55, "-"), ("first", 3, 9, "+")]))
    assert [site.name for site in sites] == ["first", "last"]
    assert [site.span for site in sites] == [(3, 9), (50, 55)]
    assert sites[1].positions == (54, 53, 52, 51, 50)


def test_rows_may_come_in_any_order():
    table = made_up.matrices([("site", 3, 9, "-")])
    shuffled = table.sample(frac=1, random_state=2)
    np.testing.assert_array_equal(sites_of(shuffled)[0].theta, sites_of(table)[0].theta)


def test_change_is_the_energy_less_that_of_the_wild_type_base():
    site = sites_of(made_up.matrices([("site", 3, 9, "+")]))[0]
    changes = site.changes(site.theta)
    for position, base in enumerate(site.wild_type):
        for column, letter in enumerate("ACGT"):
            expected = site.theta[position, column] - site.theta[position, "ACGT".index(base)]
            assert changes[position, column] == pytest.approx(expected)
            assert letter != base or changes[position, column] == 0


def test_site_without_a_place_has_no_span_and_comes_last():
    table = made_up.matrices([("roaming", 3, 9, "+"), ("placed", 20, 26, "+")])
    table.loc[table["site"] == "roaming", "variant_position"] = np.nan
    sites = sites_of(table)
    assert [site.name for site in sites] == ["placed", "roaming"]
    assert sites[1].span is None


def test_limit_covers_references_and_passes_over_unknown_energies():
    table = made_up.matrices([("site", 3, 9, "+")])
    table.loc[0, "T"] = np.nan
    alone = largest_change(sites_of(table))
    assert alone == pytest.approx(np.nanmax(np.abs(sites_of(table)[0].changes(sites_of(table)[0].theta))))
    threefold = 3 * table[list("ACGT")].fillna(0.0).to_numpy()
    assert largest_change(sites_of(table, {"site": ("three times", threefold)})) > 2 * alone


def test_agreement_of_a_reference_in_another_gauge():
    table = made_up.matrices([("site", 3, 9, "+")])
    reference = 2 * table[list("ACGT")].to_numpy() + 7.0
    assert agreement_text(sites_of(table, {"site": ("twice", reference)})[0]) == "r = 1.000, slope = 0.50"
    assert agreement_text(sites_of(table, {"site": ("upside down", -reference)})[0]) == "r = −1.000, slope = −0.50"


def test_sites_whose_boxes_move_have_the_place_of_the_usual_spacing():
    """Of lac RNAP, from the start of its -35 box to the end of the -10 box, 18 bases further on: 34 + 11 + 18 + 11 = 74."""
    sites = build_spec(*load_yaml(MODELS / "rnap_spacer.yaml")).sites
    declared = declared_sites(sites, "ACGTC" * 15)
    assert [(site.name, site.span) for site in declared] == [("CRP", (1, 27)), ("RNAP", (34, 74))]
    boxes = made_up.matrices([("CRP", 1, 27, "+"), ("RNAP.minus35", 34, 45, "+"), ("RNAP.minus10", 63, 74, "+")])
    boxes.loc[boxes["site"] != "CRP", "variant_position"] = np.nan
    assert [site.name for site in without_place(declared, sites_of(boxes))] == ["RNAP"]


def test_sites_of_one_place_are_drawn_once():
    table = made_up.matrices([("CRP", 1, 27, "+"), ("RNAP.minus35", 34, 45, "+"), ("RNAP.minus10", 63, 74, "+")])
    sites = build_spec(*load_yaml(MODELS / "rnap_spacer.yaml")).sites
    assert without_place(declared_sites(sites, "ACGTC" * 15), sites_of(table)) == []
