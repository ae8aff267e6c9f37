"""What was learned and what was not, in sentences made of the numbers."""

import shutil
from dataclasses import replace

import made_up
import pandas as pd
import pytest

from cisphys.report.learned import learned
from cisphys.tables import write_table

NONE = pd.DataFrame(columns=["group", "fit"])
FIRST, SECOND = made_up.LONG_NAMES[:2]


def with_tables(fit, folder, **tables):
    """Return the fit with other tables in its folder."""
    shutil.copytree(fit.results, folder / "results")
    for name, table in tables.items():
        write_table(table, folder / "results" / fit.folder / f"{name}.tsv")
    return replace(fit, results=folder / "results")


def test_a_fit_says_what_it_tells_and_beside_which_others(fit):
    best, compared = made_up.comparison("model.one", "model.two"), made_up.comparison("model.two", "model.one")
    said = "On 20,000 variants that it has not seen, the fit tells 0.680 ± 0.010 bit per read about the bins."
    assert learned(fit, NONE)[0] == said
    assert learned(fit, best)[0] == f"{said} That is the most of the 2 fits that were judged on these variants."
    assert learned(fit, compared)[0].endswith("That is 0.0200 ± 0.0040 bit less than model.two.")
    alike = compared.assign(less_high95_bits=[None, 0.001])
    assert learned(fit, alike)[0].endswith("less than model.two: the two cannot be told apart.")


def test_the_positions_that_matter_are_named_in_the_users_coordinates(fit, tmp_path):
    rows = [("CRP", k, 60 + k, "+", "A", 0.0, 0.1 * rise, -1.0, 0.0) for k, rise in enumerate((1, 40, 2, 30, 20, 3))]
    columns = ["site", "position", "variant_position", "strand", "wild_type", "A", "C", "G", "T"]
    told = learned(with_tables(fit, tmp_path, energy_matrices=pd.DataFrame(rows, columns=columns)), NONE)
    # the variant's first base is -120: position 61 is -59, 63 is -57, 64 is -56
    assert told[1] == "Mutations weaken the binding of CRP most at −59, −57 and −56: by up to 4.0 kT (2.5 kcal/mol)."


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (-4.25, -6.0, -2.7, f"{FIRST} and {SECOND} help each other to bind: their interaction is −4.25 kT, −2.62 kcal/mol; "),
        (2.0, 1.0, 3.0, f"{FIRST} and {SECOND} hinder each other: their interaction is 2.00 kT, 1.23 kcal/mol; "),
        (-1.0, -3.0, 0.5, f"Whether {FIRST} and {SECOND} help or hinder each other cannot be told"),
    ],
)
def test_interactions_are_told_with_their_sign_where_it_is_known(fit, tmp_path, value, low, high, said):
    table = made_up.parameters(FIRST, SECOND, None)
    table.loc[0, ["value", "low95", "high95"]] = f"{value}", f"{low}", f"{high}"
    told = learned(with_tables(fit, tmp_path, parameters=table), NONE)
    assert any(sentence.startswith(said) for sentence in told)


def test_what_the_data_cannot_tell_is_named_with_the_reason(fit):
    told = learned(fit, NONE)
    assert "Not learned: highest transcription rate, as sorted bins do not tell the bounds." in told
    assert any(f"free energy of {SECOND} on the wild type, as p(bin | latent) takes it up." in sentence for sentence in told)
