"""Score tests of what a fit lacks: against finite differences, a refit, and data of which the answer is known."""

import numpy as np
import pandas as pd
import pytest
import torch
from promoters import TWO_SITES, activated, dataset_of, draw_counts, gates, mutants, silent, spec_of
from scipy.stats import kstest

from cisphys.coordinates import spans
from cisphys.inference.fit import fit_network
from cisphys.inference.lacking import false_discovery, groups_of, what_lacks
from cisphys.inference.lacking_candidates import Candidate, actions_of, families
from cisphys.inference.lacking_gain import Extended, Part
from cisphys.inference.lacking_mutations import Mutations
from cisphys.inference.lacking_places import elsewhere, shared
from cisphys.inference.lacking_scores import ScoreTests
from cisphys.inference.lacking_words import what
from cisphys.inference.newton import Optimum
from cisphys.inference.reopened import Reopened
from cisphys.inference.search import FitOptions

ONCE = FitOptions(restarts=1, ridge=(0.01,), spline=(8,), seed=1, profiles=False)


def drawn(extra=None, variants=6000, reads=12, seed=1, dose="0"):
    """Return variants with reads drawn from `activated`, whose P gains the energy `extra` of letters, (variants,) kT."""
    network, wild_type = activated({"0": -2.0, "10": -4.0})
    letters = np.unique(mutants(wild_type, variants, 0.18, seed), axis=0)
    np.random.default_rng(seed).shuffle(letters)
    with torch.no_grad():
        u = network(letters, {"dose": dose}).numpy()
    u = u if extra is None else u - extra(letters, wild_type)
    counts = draw_counts(gates(u, 4, 0.2, 0.5), [reads] * len(letters), seed)
    return dataset_of(letters, counts, f"dose{dose}", {"dose": dose})


def fitted(*datasets, text=TWO_SITES, options=ONCE):
    found = fit_network(spec_of(text), list(datasets), options, silent)
    return Reopened(found.network, found.problem, found.best, list(datasets), {"numbering": -18})


def at_17(letters, wild_type):
    return np.where(letters[:, 17] != wild_type[17], 0.4, 0.0)


def pair_of_3_and_12(letters, wild_type):
    return np.where((letters[:, [3, 12]] != wild_type[[3, 12]]).all(1), -0.5, 0.0)


def at_16_and_17(letters, wild_type):
    return ((letters[:, 16:] != wild_type[16:]) * [0.4, 0.4]).sum(1)


@pytest.fixture(scope="module")
def lacks_17():
    return fitted(drawn(at_17))


# the sums, against finite differences ------------------------------------------------------------------------------------


@pytest.fixture
def any_point(tiny, tiny_problem):
    """Return the fit of `tiny` at a random point, where nothing is 0 by optimality."""
    problem, p = tiny_problem
    _, datasets, _ = tiny
    whole = [dataset_of(each.letters, each.counts, each.name, each.conditions) for each in datasets]
    return Reopened(problem.network, problem, Optimum(p, problem.evaluate(p), 0, True), whole, {})


def slopes_by_extension(fit, part, family, candidate):
    """Return the gradient of the log likelihood by a candidate's parameters, by central differences."""
    problem, p = fit.problem, fit.best.p

    def value(delta):
        total = 0.0
        for number, term in enumerate(problem.terms):
            u = part.latent(number, p, Extended(family, candidate, delta))
            mean = term.process.share @ u
            sd = (term.process.share @ (u - mean) ** 2).sqrt()
            total += term.process.evaluate(p[term.beta], (u - mean) / sd).log_likelihood
        return total

    steps = 1e-5 * np.eye(len(candidate.columns))
    return np.array([(value(step) - value(-step)) / 2e-5 for step in steps])


def test_gradient_of_every_kind_of_extension(any_point, monkeypatch):
    fit = any_point
    part = Part(fit.problem, fit.datasets)
    letters = part.letters
    monkeypatch.setattr("cisphys.inference.lacking_mutations.LEAST", 2)
    tests = ScoreTests(fit.problem, fit.best)
    found = families(fit.problem, letters, [each.slopes for each in tests.datasets])
    found += shared(fit.problem, [("in the first", frozenset([0]))])
    kinds = set()
    for family in found:

        def columns(number, rows, family=family):
            return family.columns(tests.datasets[number], letters[number][rows], rows)

        sums = [each.sums(lambda rows, k=k: columns(k, rows), family.exclusive) for k, each in enumerate(tests.datasets)]
        gradient = sum(each.gradient for each in sums)
        for candidate in family.candidates[:: max(1, len(family.candidates) // 7)]:
            kinds.add(candidate.kind)
            expected = slopes_by_extension(fit, part, family, candidate)
            np.testing.assert_allclose(gradient[candidate.columns], expected, atol=2e-4)
    assert kinds == {"position", "pair", "site_wider", "shared_parameter"}


def test_gradient_by_the_weight_of_another_place(any_point):
    """Its energies are so far apart that central differences need care: one side, as weights below 0 mean nothing."""
    fit = any_point
    part = Part(fit.problem, fit.datasets)
    tests = ScoreTests(fit.problem, fit.best)
    family = elsewhere(fit.problem, fit.best.p)[0]
    sums = [
        each.sums(lambda rows, k=k: family.columns(tests.datasets[k], part.letters[k][rows], rows), False)
        for k, each in enumerate(tests.datasets)
    ]
    gradient = sum(each.gradient for each in sums)
    for candidate in family.candidates[::6]:
        at_zero = sum(
            term.process.evaluate(fit.best.p[term.beta], fit.best.at.latents[k].v).log_likelihood
            for k, term in enumerate(fit.problem.terms)
        )
        step = 1e-6
        expected = 0.0
        for number, term in enumerate(fit.problem.terms):
            u = part.latent(number, fit.best.p, Extended(family, candidate, np.array([step])))
            mean = term.process.share @ u
            sd = (term.process.share @ (u - mean) ** 2).sqrt()
            expected += term.process.evaluate(fit.best.p[term.beta], (u - mean) / sd).log_likelihood
        assert gradient[candidate.columns[0]] == pytest.approx((expected - at_zero) / step, rel=2e-2, abs=1e-2)


def test_scores_of_variants_add_up_to_the_gradient(any_point):
    problem, best = any_point.problem, any_point.best
    for term, latent, measured in zip(problem.terms, best.at.latents, best.at.measured, strict=True):
        scores = term.process.beta_scores(best.p[term.beta], latent.v).numpy(force=True)
        np.testing.assert_allclose(scores.sum(0), measured.by_beta, atol=1e-4)


def test_latent_is_a_target_of_its_own_only_where_no_site_is_the_same(tiny_problem):
    problem, p = tiny_problem
    slopes = [latent.slopes.numpy() for latent in problem.evaluate(p).latents]
    assert [action.site for action in actions_of(problem, slopes)] == ["A", "P"]  # u is minus the energy of P and the rest
    curved = [own + np.random.default_rng(1).random(own.shape) for own in slopes]
    assert [action.site for action in actions_of(problem, curved)] == ["A", "P", ""]


# data of which the answer is known ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extra", "kind", "positions"),
    [(at_17, "position", "17"), (pair_of_3_and_12, "pair", "3 12"), (at_16_and_17, "site_wider", "16 17")],
)
def test_what_was_left_out_is_found_first(extra, kind, positions):
    table = what_lacks(fitted(drawn(extra)))
    first = table.iloc[0]
    assert (first["kind"], first["site"], first["positions"]) == (kind, "P", positions)
    assert first["q"] < 1e-6
    assert 0 < first["low95"] < first["gain"] < first["high95"]


def test_table_of_a_model_that_lacks_nothing():
    told = []
    table = what_lacks(fitted(drawn()), lambda *each: told.append(each))
    assert all(0 <= done < total for done, total, _ in told)
    assert list(dict.fromkeys(words for _, _, words in told)) == ["score tests", "gains on held-out variants"]
    assert table.loc[table["kind"].isin(["position", "pair"]), "q"].min() > 0.01
    confirmed = table[(table["low95"] > 0) & (table["validation_gain"] > 0)]
    assert len(confirmed) <= 3  # of some 300 tests
    narrower = table[table["kind"] == "site_narrower"]
    assert (narrower["gain"] < 0).all()  # every end position carries energy
    assert (narrower["p"] < 1e-3).all()


def test_a_site_that_is_too_wide_is_told(lacks_17):
    wide = TWO_SITES.replace("start: 10, stop: 16", "start: 10, stop: 17")
    table = what_lacks(fitted(drawn(), text=wide))
    rows = table[(table["kind"] == "site_narrower") & (table["positions"] == "16")]
    assert rows["p"].item() > 0.01
    assert rows["gain"].item() > -4
    assert rows["what"].item() == "P does not read −2"  # numbered from -18


def test_p_values_are_uniform_where_nothing_lacks():
    p = []
    for seed in range(12):
        fit = fitted(drawn(variants=2500, seed=seed))
        tests = ScoreTests(fit.problem, fit.best)
        letters = [each.letters for each in fit.part("training")]
        for family in families(fit.problem, letters, [each.slopes for each in tests.datasets]):
            if family.action.site == "P":
                some = [each for each in family.candidates if each.kind == "position" and each.positions[0] not in range(2, 8)]
                some += [each for each in family.candidates if each.kind == "pair"][::9]
                tested = tests.test(
                    lambda k, rows, f=family, t=tests, own=letters: f.columns(t.datasets[k], own[k][rows], rows),
                    some,
                    family.exclusive,
                )
                p += [each.p for each in tested]
    assert len(p) > 200
    assert kstest(p, "uniform").pvalue > 0.01
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.04)


def test_score_statistic_is_the_likelihood_ratio_of_a_refit():
    """P read one base further on: the same model as P with position 9, refitted; without ridge to speak of."""
    data = drawn(lambda letters, wild: np.where(letters[:, 9] != wild[9], 0.08, 0.0), variants=9000)
    options = FitOptions(restarts=1, ridge=(1e-6,), spline=(8,), profiles=False)
    narrow = fitted(data, options=options)
    wide = fitted(data, text=TWO_SITES.replace("start: 10", "start: 9"), options=options)
    ratio = 2 * sum(
        one.log_likelihood - other.log_likelihood
        for one, other in zip(wide.best.at.measured, narrow.best.at.measured, strict=True)
    )
    table = what_lacks(narrow).set_index("what")
    row = table.loc["position −9 acts on the energy of P"]  # index 9, numbered from -18
    assert ratio > 20
    assert row["statistic"] == pytest.approx(ratio, rel=0.06)


def test_a_parameter_that_differs_between_datasets():
    """P has another wild-type energy at position 12 in the second dataset."""

    def other(letters, wild_type):
        return np.where(letters[:, 12] != wild_type[12], 1.0, 0.0)

    fit = fitted(drawn(dose="0", reads=8), drawn(other, dose="10", reads=8, seed=2))
    assert groups_of(fit) == [("in dose0", frozenset([0]))]  # the second differs where the first does
    table = what_lacks(fit)
    rows = table[table["kind"] == "shared_parameter"]
    single = rows[rows["positions"] != ""]
    assert single.iloc[0]["positions"] == "12"
    assert single.iloc[0]["what"] == "position −6 of P is another in dose0"
    assert "interaction.A.P is another in dose0" in set(rows["what"])
    assert not rows["what"].str.startswith("mu.A").any()  # each dose has its own already


def test_same_fit_same_table(lacks_17):
    pd.testing.assert_frame_equal(what_lacks(lacks_17), what_lacks(lacks_17))


# parts -------------------------------------------------------------------------------------------------------------------


def test_columns_of_mutations(monkeypatch):
    monkeypatch.setattr("cisphys.inference.lacking_mutations.LEAST", 1)
    reference = np.array([0, 1, 2], np.uint8)  # ACG
    letters = np.array([[0, 1, 2], [2, 1, 2], [2, 3, 2], [1, 0, 0]], np.uint8)
    mutations = Mutations([letters], reference)
    # columns: position 0 C and G; 1 A and T; 2 A
    expected = [[0, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 1, 0, 1, 0], [1, 0, 1, 0, 1]]
    np.testing.assert_array_equal(mutations.singles(letters).toarray(), expected)
    assert [own.tolist() for own in mutations.single_groups()] == [[0, 1], [2, 3], [4]]
    # fewer than five of nine pairs of bases are there, so a pair of positions is mutated, or not: 0-1, 0-2, 1-2
    np.testing.assert_array_equal(mutations.both(letters).toarray(), [[0, 0, 0], [0, 0, 0], [1, 0, 0], [1, 1, 1]])
    np.testing.assert_array_equal(mutations.pair_energy(letters, (0, 1), np.array([0]), np.array([2.0])), [0, 0, 2, 2])
    delta = np.array([1.0, 10.0])
    np.testing.assert_array_equal(mutations.single_energy(letters, np.array([1, 4]), delta), [0, 1, 1, 10])


def test_pairs_of_bases_where_they_are_frequent():
    letters = np.array([[a, b] for a in range(4) for b in range(4)] * 25, np.uint8)
    mutations = Mutations([letters], np.array([0, 2], np.uint8))
    assert [len(own) for own in mutations.pair_groups] == [9]
    delta = np.arange(1.0, 10.0)
    columns = mutations.pair_groups[0]
    by_columns = mutations.both(letters)[:, columns] @ delta
    np.testing.assert_array_equal(mutations.pair_energy(letters, (0, 1), columns, delta), by_columns)
    assert sorted(set(by_columns)) == [0, *delta]


def test_false_discovery():
    """Benjamini & Hochberg by hand: 0.01 * 4 / 1, 0.02 * 4 / 2, 0.03 * 4 / 3, 0.5; the smallest of what follows."""
    found = false_discovery(pd.Series([0.03, np.nan, 0.01, 0.5, 0.02]))
    np.testing.assert_allclose(found, [0.04, np.nan, 0.04, 0.5, 0.04])


def test_words():
    assert spans([33, 34, 35, 30], -75) == "−45 and −42 to −40"
    assert spans([74, 75], -75) == "−1 and +1"
    assert what(Candidate("pair", "P", (1, 4)), None) == "positions 1 and 4 act together on the energy of P"
    assert what(Candidate("site_elsewhere", "P", (1, 2, 3), note="-"), None) == "P may lie at 1 to 3 as well, on the - strand"
    assert what(Candidate("position", "", (2,)), None) == "position 2 acts on the latent"
