"""What a model says, in tables and sentences."""

from cisphys.dna import decode, encode, on_strand
from cisphys.figures.sites import coordinate, coordinate_label
from cisphys.models.describe import LINEAR_WORDS, state_energy
from cisphys.models.sites import Site
from cisphys.models.spec import BLACK_BOX, FREE, LINEAR, NetworkSpec
from cisphys.report.cells import Cell, Table, count


def model_in_words(spec: NetworkSpec) -> list[str]:
    """Say what the model assumes: its own description first, then its equations in words."""
    return [spec.description, _equations(spec)] if spec.description else [_equations(spec)]


def _equations(spec: NetworkSpec) -> str:
    if spec.family in LINEAR:
        return f"The measurement follows one energy, a sum over {LINEAR_WORDS[spec.family]}. It has no states and no biophysics."
    if spec.family == BLACK_BOX:
        layers = " and ".join(str(units) for units in spec.hidden)
        return (
            f"A neural network with hidden layers of {layers} units leads from the sequence to one number, which the measurement "
            "follows. Its weights mean nothing by themselves: there are no energies, states or parameters to show."
        )
    sites, states, on = len(spec.sites), len(spec.states), " and ".join(spec.transcribes)
    if spec.kinetics:
        return _kinetic_equations(spec, on)
    said = (
        f"{_counted(sites, 'site')} and {_counted(states, 'state')} in equilibrium. Each base of a site adds its own energy; "
        "a state's energy is the sum of its sites' energies and of the interactions between them; its probability follows "
        f"Boltzmann's law. Transcription starts from {on}"
    )
    return f"{said}." if spec.tied else f"{said}, at rates of their own."


def _kinetic_equations(spec: NetworkSpec, on: str) -> str:
    unit = spec.kinetics.time_unit
    return (
        f"{_counted(len(spec.sites), 'site')}, {_counted(len(spec.states), 'state')} and "
        f"{_counted(len(spec.kinetics.channels), 'transition')}, in a steady state that need not be an equilibrium. "
        "Each base of a site adds its own energy, which sets how fast the site is left; a state's weight is the sum over its "
        f"King-Altman diagrams. Transcription starts from {on}. "
        + (f"Rates are in units of that of {unit}." if unit else "Rates are in the unit of the numbers given.")
    )


def site_table(spec: NetworkSpec, wild_type: str, numbering: int | None) -> Table:
    """Return the sites with their place, strand, wild-type sequence and what their chemical potential depends on."""
    rows = [
        [
            Cell(site.name),
            Cell(_range(site, numbering), site.start),
            Cell({"+": "+", "-": "−"}.get(site.strand, site.strand)),
            count(len(site)),
            Cell(_sequence(site, wild_type), kind="sequence"),
            Cell(_places(site)),
            Cell(_potential(site)),
        ]
        for site in spec.for_length(len(wild_type)).sites
    ]
    columns = ["Site", "From – to", "Strand", "Length", "Wild type, 5′ to 3′ on the strand", "May lie", "Chemical potential"]
    return Table("Sites", columns, rows, stacks=True)


def state_table(spec: NetworkSpec) -> Table:
    """Return the states with what is bound, their energy (in equilibrium) and whether they transcribe."""
    if spec.kinetics:
        rows = [
            [Cell(name), Cell(", ".join(bound) or "nothing"), Cell("yes" if name in spec.transcribes else "no")]
            for name, bound in spec.states.items()
        ]
        return Table("States", ["State", "Bound", "Transcribes"], rows, stacks=True)
    rows = [
        [Cell(name), Cell(", ".join(bound) or "nothing"), Cell(state_energy(spec, name)), Cell(_rate(spec, name))]
        for name, bound in spec.states.items()
    ]
    columns = ["State", "Bound", "Energy", "Transcribes"]
    return Table("States (G: energy of a site; I: interaction)", columns, rows, stacks=True)


def transition_table(spec: NetworkSpec) -> Table:
    """Return a kinetic model's transitions with the logarithms of their rates."""
    rows = [
        [
            Cell(f"{channel.source} → {channel.target}"),
            Cell(channel.said),
            Cell(channel.spelled()),
            Cell("yes" if channel.transcribes else "no"),
        ]
        for channel in spec.kinetics.channels
    ]
    columns = ["Transition", "What happens", "Logarithm of its rate", "Makes a transcript"]
    return Table("Transitions", columns, rows, stacks=True)


def model_tables(spec: NetworkSpec, wild_type: str, numbering: int | None) -> list[Table]:
    """Return the tables of a model's sites, states and transitions; linear models and black boxes have none."""
    if not spec.states:
        return []
    transitions = [transition_table(spec)] if spec.kinetics else []
    return [site_table(spec, wild_type, numbering), state_table(spec), *transitions]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _range(site: Site, numbering: int | None) -> str:
    first, last = (coordinate_label(coordinate(index, numbering), numbering) for index in (site.start, site.stop - 1))
    return f"{first} to {last}"


def _sequence(site: Site, wild_type: str) -> str:
    return decode(on_strand(encode([wild_type[site.start : site.stop]])[0], "-" if site.strand == "-" else "+"))


def _places(site: Site) -> str:
    """Say in how many ways the site may lie, where there are several."""
    ways = [_counted(len(site.offsets), "place")] if len(site.offsets) > 1 else []
    ways += [f"spacers of {', '.join(map(str, sorted(site.spacers)))}"] if site.spacers else []
    ways += ["both strands"] if site.strand == "both" else []
    return ", ".join(ways) or "one place"


def _potential(site: Site) -> str:
    if site.concentration:
        return f"one value, less log of {site.concentration}"
    return f"one per value of {site.condition}" if site.condition else "one value"


def _rate(spec: NetworkSpec, state: str) -> str:
    """Say whether a state transcribes, and at which rate where rates differ."""
    rate = spec.rates[state]
    if spec.tied or rate == 0:
        return "yes" if rate else "no"
    return "fitted rate" if rate is FREE else f"rate {rate:g}"
