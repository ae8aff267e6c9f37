"""The table of energies of pairs of bases."""

from dataclasses import replace

import pandas as pd

from cisphys.report.fit_tables import pairs_table


def test_bases_are_those_of_the_model(fit):
    """The files have T; of RNA the page shows U, as the figures do."""
    columns = ["site", "position", "base", "second_position", "second_base", "energy"]
    site = fit.table("energy_matrices.tsv")["site"].iloc[0]
    rows = pd.DataFrame([(site, 0, "T", 1, "A", -0.5), (site, 0, "T", 1, "T", 1.5)], columns=columns)
    for alphabet, base in (("dna", "T"), ("rna", "U")):
        table = pairs_table(rows, replace(fit, spec=replace(fit.spec, alphabet=alphabet)))
        first, second = (row[0].text for row in table.rows)
        assert first.count(f"{base} at ") == 2
        assert [second.count(f"{letter} at ") for letter in (base, "A")] == [1, 1]
