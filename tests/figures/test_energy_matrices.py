"""What the energy-matrix figure shows, and that its texts stand clear of each other."""

import made_up
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection, QuadMesh

from cisphys.figures.energy_matrices import draw_energy_matrices
from cisphys.figures.sites import sites_of
from cisphys.figures.style import DOUBLE_COLUMN, SINGLE_COLUMN

KT = 0.6163
LAC = (("CRP", 1, 27, "+"), ("RNAP", 34, 75, "+"))
ROAMING = (("here", 10, 40, "+"), ("there", 60, 66, "-"))


def heat_maps(figure):
    """Return the axes that hold a heat map of bases, in the order of drawing."""
    return [
        axes for axes in figure.axes if len(axes.get_yticks()) == 4 and any(isinstance(c, QuadMesh) for c in axes.collections)
    ]


def mesh(axes):
    return next(c for c in axes.collections if isinstance(c, QuadMesh))


def labels(axes, minor):
    return [text.get_text() for text in axes.get_xticklabels(minor=minor)]


def test_heat_map_holds_the_changes_against_the_wild_type():
    table = made_up.matrices(LAC)
    figure = draw_energy_matrices(table, KT, 75, -75)
    for axes, (name, *_) in zip(heat_maps(figure), LAC, strict=True):
        rows = table[table["site"] == name]
        theta = rows[list("ACGT")].to_numpy()
        wild_type = ["ACGT".index(base) for base in rows["wild_type"]]
        expected = theta - theta[np.arange(len(theta)), wild_type][:, None]
        np.testing.assert_allclose(mesh(axes).get_array().reshape(4, -1), expected.T)
        dots = next(c for c in axes.collections if isinstance(c, PathCollection)).get_offsets()
        assert [int(y) for _, y in dots] == wild_type


def test_colour_limits_are_symmetric_and_shared():
    figure = draw_energy_matrices(made_up.matrices(LAC), KT, 75)
    limits = {mesh(axes).get_clim() for axes in heat_maps(figure)}
    assert len(limits) == 1
    low, high = limits.pop()
    assert low == -high
    assert high == pytest.approx(max(np.abs(mesh(axes).get_array()).max() for axes in heat_maps(figure)))


def test_logo_letters_are_as_high_as_the_energies_are_low():
    table = made_up.matrices([("site", 3, 9, "+")])
    figure = draw_energy_matrices(table, KT, 20)
    logo = next(axes for axes in figure.axes if len(axes.patches) == 24)
    energies = table[list("ACGT")].to_numpy()
    for position, row in enumerate(energies):
        drawn = [patch.get_path().get_extents() for patch in logo.patches]
        here = [box for box in drawn if position - 0.5 < (box.x0 + box.x1) / 2 < position + 0.5]
        assert sorted(box.height for box in here) == pytest.approx(sorted(np.abs(row)), rel=0.05)
        assert max(box.y1 for box in here) == pytest.approx(-row[row < 0].sum(), rel=0.05)
        assert min(box.y0 for box in here) == pytest.approx(-row[row > 0].sum(), rel=0.05)


def test_axis_says_wild_type_and_coordinates():
    crp, rnap = heat_maps(draw_energy_matrices(made_up.matrices(LAC), KT, 75, -75))
    assert "".join(labels(crp, minor=True)) == made_up.wild_type()[1:27]
    assert labels(crp, minor=False) == ["−70", "−65", "−60", "−55", "−50"]
    assert labels(rnap, minor=False)[-1] == "−5"
    assert crp.get_xticks()[0] == 74 - 70 + 0.5


def test_minus_strand_reads_down_the_variant():
    (axes,) = heat_maps(draw_energy_matrices(made_up.matrices([("site", 30, 41, "-")]), KT, 160))
    at = dict(zip(labels(axes, minor=False), axes.get_xticks(), strict=True))
    assert at == {"40": 0.5, "35": 5.5, "30": 10.5}
    expected = made_up.wild_type()[30:41][::-1].translate(made_up.COMPLEMENT)
    assert "".join(labels(axes, minor=True)) == expected


def test_reference_stands_below_with_the_same_colours():
    references = made_up.references(LAC[:1])
    figure = draw_energy_matrices(made_up.matrices(LAC), KT, 75, -75, references)
    fitted, reference, other = heat_maps(figure)
    np.testing.assert_allclose(mesh(reference).get_array(), 1.25 * mesh(fitted).get_array())
    assert mesh(reference).get_clim() == mesh(fitted).get_clim() == mesh(other).get_clim()
    assert reference.get_title(loc="left") == "put in: CRP:  r = 1.000, slope = 0.80"


def test_short_promoter_stands_under_its_track():
    figure = draw_energy_matrices(made_up.matrices(LAC), KT, 75, -75)
    crp, rnap = (axes.get_position() for axes in heat_maps(figure))
    assert crp.y0 == rnap.y0
    cell = crp.width / 26
    assert rnap.width / 41 == pytest.approx(cell)
    assert rnap.x0 - crp.x0 == pytest.approx(33 * cell)


def test_unknown_energies_are_left_out():
    table = made_up.matrices([("site", 3, 9, "+")])
    table.loc[0, "T"] = np.nan
    figure = draw_energy_matrices(table, KT, 20)
    assert np.ma.getmaskarray(mesh(heat_maps(figure)[0]).get_array()).sum() == 1
    assert "Grey: a base that no variant has" in {text.get_text() for text in figure.texts}


@pytest.mark.parametrize("numbering", [None, -120, 1001])
@pytest.mark.parametrize("compared", [False, True])
def test_texts_stand_clear_with_the_longest_names(check_texts, numbering, compared):
    references = made_up.references(made_up.LONG_SITES) if compared else None
    figure = draw_energy_matrices(made_up.matrices(), KT, made_up.VARIANT_LENGTH, numbering, references)
    texts = check_texts(figure)
    assert made_up.LONG_NAMES[1] in texts
    assert figure.get_size_inches()[0] == DOUBLE_COLUMN


@pytest.mark.parametrize("sites", [LAC, ROAMING, LAC[:1], [(f"s{n}", 7 * n, 7 * n + 6, "+-"[n % 2]) for n in range(12)]])
def test_texts_stand_clear_whatever_the_sites(check_texts, sites):
    table = made_up.matrices(sites)
    table.loc[table["site"] == "here", "variant_position"] = np.nan
    figure = draw_energy_matrices(table, KT, 90, -75, made_up.references(sites))
    assert {name for name, *_ in sites} <= set(check_texts(figure))


def test_matrix_of_zeros_can_be_drawn(check_texts):
    table = made_up.matrices([("site", 3, 9, "+")])
    table[list("ACGT")] = 0.0
    assert "site" in check_texts(draw_energy_matrices(table, KT, 20))


def strokes(axes):
    (found,) = (c for c in axes.collections if isinstance(c, LineCollection))
    return sorted(tuple(int(value) for value in stroke.min(0)) for stroke in found.get_segments())


def words(figure):
    return [text.get_text() for text in figure.texts]


def matrix_errors(table, error):
    """Return matrix_errors.tsv with the same error at a given scale for every mutation, and twice that in all."""
    rows = table.melt(["site", "position", "variant_position"], list("ACGT"), "base", "energy")
    return rows.assign(error=2 * error, error_at_scale=error)


def test_elements_are_struck_whose_interval_includes_zero():
    table = made_up.matrices([("site", 3, 9, "+")])
    figure = draw_energy_matrices(table, KT, 20, errors=matrix_errors(table, 0.4))
    theta = table[list("ACGT")].to_numpy()
    wild_type = ["ACGT".index(base) for base in table["wild_type"]]
    expected = [
        (position, base)
        for position, base in np.ndindex(6, 4)
        if base != wild_type[position] and abs(theta[position, base] - theta[position, wild_type[position]]) < 1.96 * 0.4
    ]
    assert 0 < len(expected) < 18
    assert strokes(heat_maps(figure)[0]) == expected
    assert "∕  95 % interval includes 0, at a given scale of all energies" in words(figure)
    bars = next(axes for axes in figure.axes if len(axes.patches) == 6)
    assert [bar.get_height() for bar in bars.patches] == pytest.approx([0.8] * 6)


def test_errors_at_a_given_scale_stand_in_for_unknown_ones():
    table = made_up.matrices([("site", 3, 9, "+")])
    errors = matrix_errors(table, 0.4).assign(error=np.nan)
    figure = draw_energy_matrices(table, KT, 20, errors=errors)
    assert "s.e.: standard error of the ΔΔG of a position (kT), at a given scale" in words(figure)
    bars = next(axes for axes in figure.axes if len(axes.patches) == 6)
    assert [bar.get_height() for bar in bars.patches] == pytest.approx([0.4] * 6)


def test_linear_models_show_effects_on_the_latent(check_texts):
    table = made_up.matrices([("sequence", 0, 20, "+")])
    bound, linear = (draw_energy_matrices(table, KT, 20, binds=binds) for binds in (True, False))
    np.testing.assert_allclose(mesh(heat_maps(linear)[0]).get_array(), -mesh(heat_maps(bound)[0]).get_array())
    red, *_, blue = mesh(heat_maps(linear)[0]).get_cmap()([0.0, 1.0])
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    texts = check_texts(linear)
    assert "Effect on the latent against the wild type" in texts
    assert not any("ΔΔG" in text or "kT" in text or "kcal" in text for text in texts)


@pytest.mark.parametrize("sites", [LAC, made_up.LONG_SITES])
def test_single_column_has_a_row_for_each_site(check_texts, sites):
    table = made_up.matrices(sites)
    references = made_up.references(sites[:1])
    errors = matrix_errors(table, 0.1)
    figure = draw_energy_matrices(table, KT, made_up.VARIANT_LENGTH, -75, references, errors, width=SINGLE_COLUMN)
    check_texts(figure)
    assert figure.get_size_inches()[0] == SINGLE_COLUMN
    bottoms = [axes.get_position().y0 for axes in heat_maps(figure)]
    assert len(set(bottoms)) == len(sites) + 1
    assert all(axes.get_position().x0 == heat_maps(figure)[0].get_position().x0 for axes in heat_maps(figure))


def test_a_short_variant_is_not_stretched_over_two_columns(check_texts):
    """Letters of a logo would be wider than they are high."""
    figure = draw_energy_matrices(made_up.matrices([("A", 0, 9, "+")]), KT, 9)
    check_texts(figure)
    (own,) = heat_maps(figure)
    assert own.get_position().width * figure.get_size_inches()[0] / 9 == pytest.approx(0.35)


def test_letters_too_small_to_read_are_left_out():
    table = made_up.matrices([("sequence", 0, 75, "+")])
    (narrow,) = heat_maps(draw_energy_matrices(table, KT, 75, width=SINGLE_COLUMN))
    (wide,) = heat_maps(draw_energy_matrices(table, KT, 75))
    assert (len(labels(narrow, minor=True)), len(labels(wide, minor=True))) == (0, 75)


def test_a_site_of_several_places_is_on_the_track_and_the_key_says_so(check_texts):
    table, note = made_up.matrices(LAC), "Dashed site: may lie elsewhere too"
    declared = sites_of(table)
    assert note not in check_texts(draw_energy_matrices(table, KT, 75, -75, declared=declared))
    table.loc[table["site"] == "RNAP", "variant_position"] = np.nan
    texts = check_texts(draw_energy_matrices(table, KT, 75, -75, declared=declared))
    assert [text for text in texts if text in ("RNAP", note)] == ["RNAP", "RNAP", note]  # above its box, and above its matrix
