"""What a model says, in tables and sentences."""

from collections.abc import Sequence

from cisphys.dna import decode, encode, on_strand
from cisphys.figures.sites import coordinate, coordinate_label
from cisphys.models.spec import NetworkSpec, Site
from cisphys.report.cells import Cell, Table, count


def model_in_words(spec: NetworkSpec) -> list[str]:
    """Say what the model assumes: its own description first, then its equations in words."""
    sites, states, on = len(spec.sites), len(spec.states), " and ".join(spec.transcribes)
    said = [spec.description] if spec.description else []
    return [
        *said,
        f"{_counted(sites, 'site')} and {_counted(states, 'state')} in equilibrium. Each base of a site adds its own energy; "
        "a state's energy is the sum of its sites' energies and of the interactions between them; its probability follows "
        f"Boltzmann's law. Transcription starts from {on}.",
    ]


def site_table(spec: NetworkSpec, wild_type: str, numbering: int | None) -> Table:
    """Return the sites with their place, strand, wild-type sequence and what their chemical potential depends on."""
    rows = [
        [
            Cell(site.name),
            Cell(_range(site, numbering), site.start),
            Cell("+" if site.strand == "+" else "−"),
            count(len(site)),
            Cell(_sequence(site, wild_type), kind="sequence"),
            Cell(f"one per value of {site.condition}" if site.condition else "one value"),
        ]
        for site in spec.sites
    ]
    columns = ["Site", "From – to", "Strand", "Length", "Wild type, 5′ to 3′ on the strand", "Chemical potential"]
    return Table("Sites", columns, rows)


def state_table(spec: NetworkSpec) -> Table:
    """Return the states with what is bound, their energy and whether they transcribe."""
    rows = [
        [Cell(name), Cell(", ".join(bound) or "nothing"), Cell(_energy(spec, bound)), Cell(_yes(name in spec.transcribes))]
        for name, bound in spec.states.items()
    ]
    return Table("States (G: energy of a site; I: interaction)", ["State", "Bound", "Energy", "Transcribes"], rows)


_WORDS = {
    "energy_scale": "scale of the energies (standard deviation of the latent)",
    "t_sat": "highest transcription rate",
    "t_bg": "basal transcription rate",
}


def parameter_in_words(name: str) -> str:
    """Say what a parameter is: ``interaction.CRP.RNAP`` -> interaction of CRP and RNAP."""
    kind, *rest = name.split(".")
    if kind == "mu":
        under = f" at {'.'.join(rest[1:])}" if len(rest) > 1 else ""
        return f"free energy of {rest[0]} on the wild type{under}"
    if kind == "interaction" and len(rest) == 2:
        return f"interaction of {rest[0]} and {rest[1]}"
    return _WORDS.get(name, name)


def mirror_in_words(mirror: dict) -> str:
    """Say which relabelling a mirror solution is."""
    text = f"bound and unbound exchanged for {' and '.join(mirror['swapped'])}"
    return f"{text}, high and low transcription exchanged too" if mirror["reverses_transcription"] else text


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _range(site: Site, numbering: int | None) -> str:
    first, last = (coordinate_label(coordinate(index, numbering), numbering) for index in (site.start, site.stop - 1))
    return f"{first} to {last}"


def _sequence(site: Site, wild_type: str) -> str:
    return decode(on_strand(encode([wild_type[site.start : site.stop]])[0], site.strand))


def _energy(spec: NetworkSpec, bound: Sequence[str]) -> str:
    pairs = [f"I({a}, {b})" for a, b in spec.interactions if a in bound and b in bound]
    return " + ".join([*(f"G({site})" for site in bound), *pairs]) or "0"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
