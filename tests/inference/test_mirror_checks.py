"""Mirror solutions tested by substitution, and what holds a parameter in place."""

import numpy as np
import pytest
from kinetic_models import ACTIVATOR
from promoters import LAC, REPRESSION, TWO_SITES
from test_null_directions import ADDITIVE, case

from cisphys.inference.mirror_checks import check_mirrors, in_equilibrium
from cisphys.inference.named_information import information_of
from cisphys.inference.newton import Optimum
from cisphys.inference.prior_shares import DATA, RIDGE, SCALE_PRIOR, WEAK, curvatures, shares
from cisphys.models.mirrors import find_mirrors


@pytest.mark.parametrize(
    ("text", "length", "swapped"),
    [
        # R = exp(-G_R): R -> 1/R; (C, w) -> (1/C, 1/w) with R -> R w; and both
        (LAC.replace("start: 4", "start: 5"), 9, [("CRP",), ("RNAP",), ("CRP", "RNAP")]),
        (TWO_SITES, 18, [("A",), ("P",), ("A", "P")]),
        # the image of a state that holds P alone, R swapped, is one that holds both: there is none
        (REPRESSION, 8, []),
        (ADDITIVE, 6, [("sequence",)]),
    ],
)
def test_exact_mirrors_predict_the_same(text, length, swapped):
    problem, best = case(text, length, doses=("0",) if "dose" in text else (None,))
    found = check_mirrors(problem, best)
    assert [each.mirror.swapped for each in found] == swapped
    for each in found:
        assert each.exact
        assert each.changed < 1e-9
        assert abs(each.nats) < 1e-6
        assert set(each.reversed) == set(each.mirror.swapped)


def test_a_wrong_mirror_would_be_found_out():
    """The same substitution at a point of which the likelihood belongs to other parameters."""
    problem, best = case(LAC.replace("start: 4", "start: 5"), 9)
    other = best.p.clone()
    other[0] += 1.0
    moved = Optimum(other, best.at, 0, True)
    assert min(each.changed for each in check_mirrors(problem, moved)) > 1e-3


@pytest.mark.parametrize(("log_rate", "apart"), [(6.0, (-0.05, 0.05)), (0.0, (-1000.0, -5.0))])
def test_a_kinetic_model_is_as_far_from_its_mirror_as_from_equilibrium(log_rate, apart):
    """Where binding is much faster than escape, the occupancies are those of an equilibrium, which has exact mirrors."""
    problem, best = case(ACTIVATOR, 9, scalars={"log_rate.A": log_rate, "log_rate.P": log_rate, "mu.A": -1.0, "mu.P": 0.0})
    found = {each.mirror.swapped: each for each in check_mirrors(problem, best)}
    assert not any(each.exact for each in found.values())
    assert apart[0] < found["P",].nats < apart[1]
    assert found["P",].reversed == ("P",)


def test_the_equilibrium_of_a_kinetic_model_has_its_states():
    problem, _ = case(ACTIVATOR, 9)
    assert [mirror.swapped for mirror in find_mirrors(in_equilibrium(problem.network.spec))] == [("A",), ("P",), ("A", "P")]


def test_shares_by_hand():
    """I = diag(3, 0) and two priors diag(1, 0), diag(0, 2): the first is 3/4 the reads', the second all the second prior's."""
    curvature = {DATA: np.diag([3.0, 0.0]), RIDGE: np.diag([1.0, 0.0]), WEAK: np.diag([0.0, 2.0])}
    found = shares(curvature, np.eye(2))
    for source, expected in ((DATA, [0.75, 0]), (RIDGE, [0.25, 0]), (WEAK, [0, 1])):
        np.testing.assert_allclose(found[source], expected, atol=1e-9)


def test_shares_of_correlated_parameters():
    """Reads that see p_1 + p_2 alone (I = 1 1'), a prior of 1 on each: the sum has variance 2/3 = 4/9 (reads) + 2/9 (prior)."""
    found = shares({DATA: np.ones((2, 2)), WEAK: np.eye(2)}, np.array([[1.0, 1.0], [1.0, -1.0]]))
    np.testing.assert_allclose(found[DATA], [2 / 3, 0], atol=1e-9)
    np.testing.assert_allclose(found[WEAK], [1 / 3, 1], atol=1e-9)


def test_what_is_absorbed_the_weak_prior_holds_and_the_scale_its_own():
    problem, best = case(ADDITIVE, 6)
    information = information_of(problem, best)
    found = shares(curvatures(problem, best, information), information.gradient)
    assert information.names == ("scale.sequence",)
    assert found[SCALE_PRIOR][0] == pytest.approx(1, abs=1e-3)
    problem, best = case(LAC.replace("start: 4", "start: 5"), 9)
    information = information_of(problem, best)
    found = shares(curvatures(problem, best, information), information.gradient)
    assert found[WEAK][information.names.index("mu.RNAP")] == pytest.approx(1, abs=1e-4)
    np.testing.assert_allclose(sum(found.values()), 1, atol=1e-4)
