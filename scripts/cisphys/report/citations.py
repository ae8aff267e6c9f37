"""What a paper that uses an analysis cites: as text, and as BibTeX."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cisphys.models.spec import BLACK_BOX
from cisphys.report.folder import FitResults


@dataclass(frozen=True)
class Citation:
    """A paper: authors as ``Kinney JB``, ``others`` for those left out; `where` is volume and pages, or a preprint's number."""

    key: str
    authors: Sequence[str]
    year: int
    title: str
    journal: str
    where: str
    doi: str

    @property
    def text(self) -> str:
        """The citation as a line."""
        named = ", ".join(self.authors).replace(", others", ", et al.")
        return f"{named} ({self.year}). {self.title}. {self.journal} {self.where}. https://doi.org/{self.doi}"

    @property
    def bibtex(self) -> str:
        """The citation as an entry of BibTeX."""
        named = " and ".join(map(_as_bibtex, self.authors))
        volume, _, pages = self.where.partition(":")
        fields = {"author": named, "year": str(self.year), "title": f"{{{self.title}}}", "journal": self.journal}
        fields |= {"volume": volume, "pages": pages.replace("–", "--")} if pages else {"note": self.where}
        fields |= {"doi": self.doi}
        return "\n".join([f"@article{{{self.key},", *(f"  {name} = {{{value}}}," for name, value in fields.items()), "}"])


def _as_bibtex(author: str) -> str:
    """Return ``Tomkins-Tinch, C. H.`` for ``Tomkins-Tinch CH``; `others` stands for those who are not named."""
    name, _, initials = author.partition(" ")
    return f"{name}, {' '.join(f'{letter}.' for letter in initials)}" if initials else name


SORT_SEQ = Citation(
    "Kinney2010",
    ("Kinney JB", "Murugan A", "Callan CG", "Cox EC"),
    2010,
    "Using deep sequencing to characterize the biophysical mechanism of a transcriptional regulatory sequence",
    "PNAS",
    "107:9158–9163",
    "10.1073/pnas.1004290107",
)
NETWORKS = Citation(
    "Tareen2020networks",
    ("Tareen A", "Kinney JB"),
    2020,
    "Biophysical models of cis-regulation as interpretable neural networks",
    "arXiv",
    "2001.03560",
    "10.48550/arXiv.2001.03560",
)
MAVE_NN = Citation(
    "Tareen2022",
    ("Tareen A", "Kooshkbaghi M", "Posfai A", "Ireland WT", "McCandlish DM", "Kinney JB"),
    2022,
    "MAVE-NN: learning genotype-phenotype maps from multiplex assays of variant effect",
    "Genome Biology",
    "23:98",
    "10.1186/s13059-022-02661-7",
)
LOGOMAKER = Citation(
    "Tareen2020logomaker",
    ("Tareen A", "Kinney JB"),
    2020,
    "Logomaker: beautiful sequence logos in Python",
    "Bioinformatics",
    "36:2272–2274",
    "10.1093/bioinformatics/btz921",
)
SNAKEMAKE = Citation(
    "Molder2021",
    ("Mölder F", "Jablonski KP", "Letcher B", "Hall MB", "Tomkins-Tinch CH", "others"),
    2021,
    "Sustainable data analysis with Snakemake",
    "F1000Research",
    "10:33",
    "10.12688/f1000research.29032.2",
)


def citations(fits: Iterable[FitResults]) -> list[Citation]:
    """Return what an analysis with these fits cites."""
    fits = list(fits)
    kinds = {entry.get("kind", "sorted_bins") for fit in fits for entry in fit.summary["datasets"].values()}
    found = [SORT_SEQ] if "sorted_bins" in kinds else []
    found += [NETWORKS] if any(fit.has_biophysics for fit in fits) else []
    found += [MAVE_NN] if fits else []
    found += [LOGOMAKER] if any(fit.spec.family != BLACK_BOX for fit in fits) else []
    return [*found, SNAKEMAKE]
