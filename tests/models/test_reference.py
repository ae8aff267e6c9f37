"""Published matrices in whatever format, gauge and unit, and how well two matrices agree."""

import numpy as np
import pandas as pd
import pytest

from cisphys.errors import InputError
from cisphys.models.reference import agreement, centred, load_reference
from cisphys.tables import write_table

VALUES = np.array([[0.0, 0.4, 0.8, 1.2], [1.0, 0.0, 0.5, 0.5], [0.3, 0.3, 0.0, 0.2]])
CENTRED = np.array([[-0.6, -0.2, 0.2, 0.6], [0.5, -0.5, 0.0, 0.0], [0.1, 0.1, -0.2, 0.0]])


def lines_of(separator: str, end: str = "") -> str:
    return "".join(separator.join([str(i), *map(str, row)]) + end + "\n" for i, row in enumerate(VALUES))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tabs.txt", "pos\tpar_A\tpar_C\tpar_G\tpar_T\n" + lines_of("\t")),
        ("trailing_tabs.txt", "pos\tpar_A\tpar_C\tpar_G\tpar_T\n" + lines_of("\t", "\t")),
        ("trailing_tabs_and_blank_line.txt", "pos\tpar_A\tpar_C\tpar_G\tpar_T\n" + lines_of("\t", "\t") + "\n"),
        ("blanks.txt", "pos  A  C G   T\n" + lines_of("   ")),
        ("commas.txt", "pos,A,C,G,T\n" + lines_of(",")),
        ("table.csv", "pos,A,C,G,T\n" + lines_of(",")),
        ("table.tsv", "pos\tval_A\tval_C\tval_G\tval_T\n" + lines_of("\t")),
        ("other_order.tsv", "T\tG\tC\tA\n" + "".join("\t".join(map(str, row[::-1])) + "\n" for row in VALUES)),
    ],
)
def test_formats(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    np.testing.assert_allclose(load_reference(tmp_path / name, "CRP", 3, "kT", 0.6), CENTRED, atol=1e-12)


def test_a_fit_s_table_holds_several_sites(tmp_path):
    own = pd.DataFrame(VALUES, columns=list("ACGT")).assign(site="CRP")
    table = pd.concat([own, pd.DataFrame(9 * VALUES, columns=list("ACGT")).assign(site="RNAP").head(2)])
    write_table(table, tmp_path / "energy_matrices.tsv")
    np.testing.assert_allclose(load_reference(tmp_path / "energy_matrices.tsv", "CRP", 3, "kT", 1), CENTRED, atol=1e-12)
    np.testing.assert_allclose(load_reference(tmp_path / "energy_matrices.tsv", "RNAP", 2, "kT", 1), 9 * CENTRED[:2], atol=1e-12)
    with pytest.raises(InputError, match="0 positions, but site Fis has 3"):
        load_reference(tmp_path / "energy_matrices.tsv", "Fis", 3, "kT", 1)


def test_kcal_per_mol_become_thermal_units(tmp_path):
    (tmp_path / "m.txt").write_text("A C G T\n" + "0.616 0 0 0\n" * 2)
    expected = [[0.75, -0.25, -0.25, -0.25]] * 2
    np.testing.assert_allclose(load_reference(tmp_path / "m.txt", "CRP", 2, "kcal/mol", 0.616), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "there is no such file"),
        ("", "one column each that ends in A, C, G and T"),
        ("pos A C G\n0 1 2 3\n", "one column each that ends in A, C, G and T"),
        ("A C G T other_T\n0 1 2 3 4\n", "one column each that ends in A, C, G and T"),
        ("A C G T\n0 1 2 3\n", "1 positions, but site CRP has 2. Correct the site or the reference."),
        ("A C G T\n0 1 2 3\n0 1 x 3\n", "an energy is no number (could not convert string to float: 'x')"),
        ("A C G T\n0 1 2 3\n0 1 2 3 4\n", "line 3: 5 fields where the header has 4"),
        ("A C G T\n0 0.1 0.2 0.3 0.4\n1 0 0 0 0\n", "line 2: 5 fields where the header has 4"),
    ],
)
def test_mistakes(tmp_path, text, words):
    path = tmp_path / "m.txt"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_reference(path, "CRP", 2, "kT", 1)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_centring_leaves_out_what_is_missing():
    matrix = np.array([[1.0, 3.0, np.nan, 5.0], [0.0, 0.0, 4.0, 0.0]])
    np.testing.assert_array_equal(centred(matrix), [[-2, 0, np.nan, 2], [-1, -1, 3, -1]])


def test_agreement_by_hand():
    # centred: fitted 2 0 -2 0 | 1 -1 0 0, reference 1 0 -1 0 | 0 0 1 -1: products 2 + 0 + 2 = 4, squares 10 and 4
    fitted = np.array([[5.0, 3, 1, 3], [1, -1, 0, 0]])
    reference = np.array([[1.0, 0, -1, 0], [7, 7, 8, 6]])
    r, slope = agreement(fitted, reference)
    assert r == pytest.approx(4 / np.sqrt(40))
    assert slope == pytest.approx(1.0)


def test_agreement_is_free_of_the_gauge_and_shows_the_scale():
    random = np.random.default_rng(1)
    reference = random.normal(0, 1, (6, 4))
    assert agreement(1.7 * reference + random.normal(0, 9, (6, 1)), reference) == (pytest.approx(1), pytest.approx(1.7))
    assert agreement(-reference, reference) == (pytest.approx(-1), pytest.approx(-1))


def test_agreement_passes_over_missing_elements():
    reference = np.array([[1.0, 0, -1, 0], [0, 0, 1, -1]])
    fitted = reference.copy()
    fitted[1, 3] = np.nan
    # the row left with 0 0 1 is centred to -1/3 -1/3 2/3; the reference's 0 0 1 is compared with it
    r, slope = agreement(fitted, reference)
    a, b = np.array([1, 0, -1, 0, -1 / 3, -1 / 3, 2 / 3]), np.array([1, 0, -1, 0, 0, 0, 1])
    assert r == pytest.approx(a @ b / np.sqrt(a @ a * (b @ b)))
    assert slope == pytest.approx(a @ b / (b @ b))
