"""The figures of a fit: each is drawn from the files that it names, and from no other."""

import gzip
from pathlib import Path

import pytest

from cisphys.figures.fit_figures import DRAW
from cisphys.figures.of_fits import FIT_FIGURES, files_drawn

ROOT = Path(__file__).parents[2]


def test_every_figure_that_is_listed_can_be_drawn():
    assert list(DRAW) == list(FIT_FIGURES)


@pytest.mark.parametrize("name", [name for name in FIT_FIGURES if not name.endswith("_single")])
def test_every_figure_has_a_caption_for_the_report_of_snakemake(name):
    assert (ROOT / f"workflow/report/{name}.rst").read_text().endswith(".\n")


def test_files_of_several_figures_are_named_once():
    assert files_drawn(["recovery", "lacking"]) == [
        "energy_matrices.tsv",
        "lacking.tsv",
        "model.yaml",
        "reference_matrices.tsv",
        "summary.json",
    ]


def written(folder: Path, tables: dict[str, list[str]]) -> Path:
    """Write tables, given as their lines with `|` for a tab, into a folder; return it."""
    for name, lines in tables.items():
        (folder / name).write_text("".join(line.replace("|", "\t") + "\n" for line in lines))
    return folder


def words(figure) -> set[str]:
    """Return the texts of a figure."""
    texts = [*figure.texts, *(text for axes in figure.axes for text in [axes.title, axes._left_title, *axes.texts])]
    return {text.get_text() for text in texts}


def test_chemical_potentials_are_those_of_sites_with_a_condition(tmp_path):
    model = (ROOT / "config/models/lac_thermodynamic.yaml").read_text()
    fit = written(
        tmp_path,
        {
            "parameters.tsv": ["name|unit|value|low68|high68|low95|high95", "mu.CRP.5|kT|1|0|2|-1|3", "mu.RNAP|kT|7|6|8|5|9"],
            "summary.json": ['{"condition_levels": {"dose": ["5"]}, "temperature_C": 37}'],
            "model.yaml": [model.replace("stop: 27", "stop: 27, chemical_potential: {by: dose}")],
        },
    )
    (axes, *_) = DRAW["conditions"](fit).axes
    assert axes.get_xlabel() == "Condition: dose"


def test_design_is_drawn_from_its_table(tmp_path):
    head = "parameter|unit|what|amount|method|simulations|observations|width95|relative"
    rows = ["mu.A|kT|now|1|Fisher information|0|100|2|1", "mu.A|kT|reads|4|Fisher information|0|400|1|0.5"]
    figure = DRAW["design"](written(tmp_path, {"design.tsv": [head, *rows]}))
    assert "mu.A" in " ".join(words(figure))


def test_landscape_of_one_site_is_a_curve(tmp_path):
    """Its table has no second site, which is read as an empty text."""
    spread = "library_2.5|library_16|library_50|library_84|library_97.5"
    states = ["one|empty||empty|free energy|0|0||0|0|0|0|0", "one|P|P|empty|free energy|-1|-1||-2|-1.5|0|1|2"]
    files = {
        "landscape.tsv": [f"dataset|state|bound|reference|quantity|wild_type|told|rests_on|{spread}", *states],
        "parameters.tsv": ["name|identifiable", "mu.P|yes"],
        "summary.json": ['{"temperature_C": 37}'],
    }
    with gzip.open(tmp_path / "landscape_plane.tsv.gz", "wt") as table:
        table.write("dataset\tx_site\ty_site\tx\ty\tlatent\tvariants\none\tP\t\t-1\t\t1\t5\none\tP\t\t1\t\t-1\t3\n")
    figure = DRAW["landscape"](written(tmp_path, files))
    curve = figure.axes[-1]
    assert curve.get_xlabel() == "ΔΔG of P (kT)"
    assert [bar.get_height() for bar in curve.patches] == pytest.approx([0.6, 0.36])  # of 0.3 times the latent's range
    assert "Bars: training variants" in " ".join(words(figure))


def test_coverage_is_drawn_from_its_tables(tmp_path):
    shares = "covered68|covered68_low|covered68_high|covered95|covered95_low|covered95_high|p95"
    rows = ["mu.1|1|||kT|0|20|0.7|0.5|0.9|0.95|0.75|1|0.6", "theta.1|1|0|C|kT|0|20|0.7|0.5|0.9|0.9|0.7|1|0.3"]
    head = f"name|site|position|base|unit|true|simulations|{shares}"
    sites = ["site|elements|simulations|covered68|error68|covered95|error95|p95", "1|1|20|0.7|0.1|0.9|0.07|0.2"]
    figure = DRAW["coverage"](written(tmp_path, {"coverage.tsv": [head, *rows], "coverage_sites.tsv": sites}))
    assert {"mu.1", "1, mean of 1 elements", "90.0 %, 70.0 %"} <= words(figure)


def test_bootstrap_is_drawn_from_its_tables(tmp_path):
    head = "name|site|base|value|error|error_at_scale|sandwich_error|sandwich_error_at_scale|profile_low95|profile_high95"
    rows = ["ddG.P.0.C|P|C|1|0.1|0.1|0.2|0.2||", "mu.P|P||1|0.5||0.4||-1|"]
    model = (ROOT / "config/models/lac_additive.yaml").read_text().splitlines()
    fit = written(tmp_path, {"bootstrap.tsv": [head, *rows], "model.yaml": model})
    with gzip.open(fit / "bootstrap_parameters.tsv.gz", "wt") as table:
        table.write("replicate\tname\tvalue\n0\tmu.P\t1\n1\tmu.P\t2\n")
    figure = DRAW["bootstrap"](fit)
    assert "mu.P" in " ".join(words(figure))
    assert figure.axes[0].get_xlabel() == "Sandwich error (latent units)"  # a linear model has no kT
