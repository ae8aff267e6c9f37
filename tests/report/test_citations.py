"""Citations as text and as BibTeX."""

from cisphys.report.citations import MAVE_NN, NETWORKS, SNAKEMAKE, SORT_SEQ, citations


def test_text():
    assert SORT_SEQ.text == (
        "Kinney JB, Murugan A, Callan CG, Cox EC (2010). Using deep sequencing to characterize the biophysical mechanism of a "
        "transcriptional regulatory sequence. PNAS 107:9158–9163. https://doi.org/10.1073/pnas.1004290107"
    )
    assert ", Tomkins-Tinch CH, et al. (2021)" in SNAKEMAKE.text


def test_bibtex():
    assert SORT_SEQ.bibtex.splitlines() == [
        "@article{Kinney2010,",
        "  author = {Kinney, J. B. and Murugan, A. and Callan, C. G. and Cox, E. C.},",
        "  year = {2010},",
        "  title = {{Using deep sequencing to characterize the biophysical mechanism of a transcriptional regulatory sequence}},",
        "  journal = {PNAS},",
        "  volume = {107},",
        "  pages = {9158--9163},",
        "  doi = {10.1073/pnas.1004290107},",
        "}",
    ]
    assert "  note = {2001.03560}," in NETWORKS.bibtex
    assert "Tomkins-Tinch, C. H. and others}" in SNAKEMAKE.bibtex


def test_what_an_analysis_cites(fit):
    assert citations([]) == [SNAKEMAKE]
    assert citations([fit])[:3] == [SORT_SEQ, NETWORKS, MAVE_NN]
