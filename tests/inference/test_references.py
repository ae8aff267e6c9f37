"""What a fit is compared with."""

import numpy as np
import pytest
from promoters import LAC, network_of, spec_of
from safetensors.torch import save_file

from cisphys.errors import InputError
from cisphys.inference.references import PUT_IN, reference_matrices, truth_of

HEADER = "pos\tpar_A\tpar_C\tpar_G\tpar_T\n"


@pytest.fixture
def published(tmp_path):
    """Return paths of matrices for CRP (4 positions) and RNAP (5 positions)."""
    for name, length in (("crp.txt", 4), ("rnap.txt", 5)):
        (tmp_path / name).write_text(HEADER + "".join(f"{i}\t0.00\t0.30\t0.60\t0.30\t\n" for i in range(length)))
    return [tmp_path / "crp.txt", tmp_path / "rnap.txt"]


def test_declared_references(published):
    declared = [("CRP", "Kinney et al. 2010", "kcal/mol"), ("RNAP", "other", "kT")]
    found = reference_matrices(spec_of(LAC), published, declared, 37)
    assert {site: name for site, (name, _) in found.items()} == {"CRP": "Kinney et al. 2010", "RNAP": "other"}
    np.testing.assert_allclose(found["RNAP"][1], [[-0.3, 0, 0.3, 0]] * 5, atol=1e-12)
    np.testing.assert_allclose(found["CRP"][1], np.array([[-0.3, 0, 0.3, 0]] * 4) / 0.61633, rtol=1e-5)


def test_nothing_to_compare_with():
    assert reference_matrices(spec_of(LAC), [], [], 37) == {}


def test_without_a_declaration_the_table_is_of_the_fit_that_was_simulated_from(tmp_path):
    rows = [f"{site}\t{i}\t1\t2\t3\t6\n" for site, length in (("CRP", 4), ("RNAP", 5)) for i in range(length)]
    (tmp_path / "energy_matrices.tsv").write_text("site\tposition\tA\tC\tG\tT\n" + "".join(rows))
    found = reference_matrices(spec_of(LAC), [tmp_path / "energy_matrices.tsv"], [], 37)
    for site, length in (("CRP", 4), ("RNAP", 5)):
        assert found[site][0] == PUT_IN
        np.testing.assert_allclose(found[site][1], [[-2, -1, 0, 3]] * length)


def test_wrong_length_names_the_file_and_the_site(published):
    with pytest.raises(InputError, match=r"rnap\.txt: 5 positions, but site CRP has 4"):
        reference_matrices(spec_of(LAC), published[1:], [("CRP", "other", "kT")], 37)


def test_truth_is_the_parameters_that_are_single_numbers(tmp_path):
    values = network_of(LAC).named_values()
    save_file({name: value.contiguous() for name, value in values.items()}, tmp_path / "parameters.safetensors")
    (tmp_path / "model.yaml").write_text(LAC)
    (tmp_path / "summary.json").write_text('{"datasets": {}, "condition_levels": {}, "wild_type": "AAAAAAAAA"}')
    expected = {name: float(values[name]) for name in ("mu.CRP", "mu.RNAP", "interaction.CRP.RNAP")}
    assert truth_of(tmp_path) == expected
