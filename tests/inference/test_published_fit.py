"""MAVE-NN's copy of the experiment full-wt of Kinney et al. 2010, with its own split: what must come out, from every seed."""

from pathlib import Path

import pytest
from promoters import silent

from cisphys.given_table import import_table
from cisphys.inference.dataset import load_dataset
from cisphys.inference.fit import fit_network
from cisphys.inference.search import FitOptions
from cisphys.models.language import load_spec
from cisphys.models.reference import agreement, load_reference
from cisphys.units import kcal_per_kT

ROOT = Path(__file__).parents[2]
KINNEY_2010 = {"CRP": ("crp_tau_final_all.26.txt", 26, 0.98), "RNAP": ("rnap_tau_final_all.41.txt", 41, 0.99)}


@pytest.fixture(scope="module")
def full_wt(published_data, tmp_path_factory):
    path = tmp_path_factory.mktemp("mavenn") / "full-wt.tsv.gz"
    import_table(published_data / "mavenn" / "sortseq_data.csv.gz", path)
    return load_dataset(path, "full-wt", {}, 1, {})


@pytest.fixture(scope="module")
def spec():
    return load_spec(ROOT / "config" / "models" / "lac_thermodynamic.yaml", ROOT / "workflow" / "schemas" / "model.schema.yaml")


def test_mavenn_s_split_is_kept(full_wt):
    # science.md gives 30,516 / 10,067 / 9,935 variants, 51,853 reads
    assert [len(full_wt.only(part).letters) for part in ("training", "validation", "test")] == [30516, 10067, 9935]
    assert full_wt.reads == 51853


@pytest.mark.parametrize("seed", range(1, 11))
def test_the_lac_promoter_from_one_start(full_wt, spec, published_data, seed):
    options = FitOptions(restarts=1, ridge=(0.1,), seed=seed, profiles=False)
    fit = fit_network(spec, [full_wt], options, silent)
    assert fit.best.converged
    assert fit.information["test"].I_var_bits >= 0.700
    for site, (name, length, least) in KINNEY_2010.items():
        path = published_data / "lac_sortseq" / "matrices" / name
        reference = load_reference(path, site, length, "kcal/mol", kcal_per_kT(37))
        assert agreement(fit.network.named_values()[f"theta.{site}"].numpy(), reference)[0] >= least, site
