"""Datasets as another experiment would have them: other depth, more variants, fewer bins, or one more condition.

What is changed is the design: measurements for it are drawn afterwards (`cisphys.inference.simulated`), for fewer bins before.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

import numpy as np
import torch

from cisphys.errors import InputError, nearest
from cisphys.inference.dataset import Dataset
from cisphys.inference.measured import BinCounts, MoleculeCounts
from cisphys.inference.newton import Optimum
from cisphys.inference.problem import Problem
from cisphys.inference.simulated import Source
from cisphys.models.families import network_of

_COLUMN, _NOW, _OTHER = "condition", "now", "other"


def more_reads(dataset: Dataset, factor: float, generator: np.random.Generator) -> Dataset:
    """Return the dataset with so many times the reads of each variant (RNA and DNA of each pair); a remainder is drawn.

    Raises
    ------
    InputError : it has values, not counts
    """

    def deeper(counts: np.ndarray) -> np.ndarray:
        whole = int(factor)
        return whole * counts + generator.binomial(counts.astype(int), factor - whole)

    data = dataset.data
    if isinstance(data, BinCounts):
        return replace(dataset, data=replace(data, counts=deeper(data.counts)))
    if isinstance(data, MoleculeCounts):
        return replace(dataset, data=replace(data, rna=deeper(data.rna), dna=deeper(data.dna)))
    raise InputError(f"dataset {dataset.name} has values, which have no reads", remedy="Ask about `variants`, with `reads: []`")


def more_variants(dataset: Dataset, factor: float, generator: np.random.Generator) -> Dataset:
    """Return so many times the variants, each with all of its measurements: as they come again where there are more.

    New variants of a library are like those that there are, so that these stand for them.
    """
    number = len(dataset.letters)
    times, rest = int(factor), round((factor - int(factor)) * number)
    chosen = np.concatenate([np.tile(np.arange(number), times), np.sort(generator.choice(number, rest, replace=False))])
    return replace(dataset, letters=dataset.letters[chosen], data=_rows(dataset.data, chosen), part=dataset.part[chosen])


def _rows(data, chosen: np.ndarray):
    """Return the measurements of the chosen variants, (chosen,), which may come several times."""
    if isinstance(data, BinCounts):
        return replace(data, counts=data.counts[chosen])
    order = np.argsort(data.variant, kind="stable")
    each = np.bincount(data.variant, minlength=data.variants)
    first = np.cumsum(each) - each
    variant = np.repeat(np.arange(len(chosen)), each[chosen])
    within = np.arange(len(variant)) - np.repeat(np.cumsum(each[chosen]) - each[chosen], each[chosen])
    observation = order[first[chosen][variant] + within]
    own = {name: value[observation] for name, value in vars(data).items() if isinstance(value, np.ndarray)}
    return replace(data, **own | {"variants": len(chosen), "variant": variant})


def fewer_bins(dataset: Dataset, number: int) -> Dataset:
    """Return the dataset with neighbouring sorted bins merged to so many; the unsorted library stays.

    Raises
    ------
    InputError : it is not in bins, or has no more than this
    """
    data = dataset.data
    gates = sum(bin_ > 0 for bin_ in data.bins) if isinstance(data, BinCounts) else 0
    if not 2 <= number <= gates:
        has = f"{gates} sorted bins" if gates else "none"
        raise InputError(f"{number} sorted bins are asked for, dataset {dataset.name} has {has}", remedy="Ask for 2 to that many")
    unsorted = len(data.bins) - gates
    merged = unsorted + np.arange(gates) * number // gates
    into = np.eye(unsorted + number)[np.concatenate([np.arange(unsorted), merged])]
    bins = (*data.bins[:unsorted], *range(1, number + 1))
    return replace(dataset, data=BinCounts(data.counts @ into, bins))


def one_more_condition(source: Source, datasets: Sequence[Dataset], site: str, shift: float) -> tuple[Source, list[Dataset]]:
    """Return source and datasets with one more experiment: that of the most observations, a site's mu higher by `shift` kT.

    Its measurement process is its own, and the same function of the standardised latent: sorted by gates that fit its reads. The
    site's chemical potential there is a parameter of its own, unless the model takes it from a concentration.

    Raises
    ------
    InputError : there is no such site
    """
    problem, spec = source.problem, source.problem.network.spec
    if site not in spec.site_names:
        raise InputError(f"the model has no site '{site}' ({nearest(site, spec.site_names)})")
    most = max(range(len(datasets)), key=lambda number: datasets[number].data.observations)
    declared, before = spec.sites[spec.site_names.index(site)], datasets[most]
    levels = dict(problem.network.levels)
    if declared.concentration:
        conditions = before.conditions | {declared.concentration: _changed(before, declared.concentration, shift)}
    elif declared.condition:
        levels[declared.condition] = (*levels[declared.condition], _OTHER)
        conditions = before.conditions | {declared.condition: _OTHER}
    else:
        spec = replace(spec, sites=tuple(replace(each, condition=_COLUMN) if each is declared else each for each in spec.sites))
        levels[_COLUMN] = (_NOW, _OTHER)
        datasets = [replace(each, conditions={**each.conditions, _COLUMN: _NOW}) for each in datasets]
        conditions = {**before.conditions, _COLUMN: _OTHER}
    everything = [*datasets, replace(before, name=f"{before.name}.{_OTHER}", conditions=conditions)]
    return _source(source, network_of(spec, levels), everything, most, site, shift), everything


def _changed(dataset: Dataset, column: str, shift: float) -> str:
    concentration = float(dataset.conditions[column])
    if concentration <= 0:
        raise InputError(f"dataset {dataset.name} has none of what column '{column}' tells: no shift changes that")
    return repr(concentration * exp(-shift))


def _source(source: Source, network, datasets: Sequence[Dataset], like: int, site: str, shift: float) -> Source:
    """Return the source's parameters as those of a network that has one more mu, the last dataset measured as dataset `like`."""
    old, p = source.problem, source.optimum.p
    problem = Problem(network, datasets, old.reference, old.ridge.strength, old.functions)
    problem.scale_width = old.scale_width
    known = dict(zip(old.network.scalar_names, p[old.elements : old.structural].tolist(), strict=True))
    values = [known.get(name, known.get(name.removesuffix(f".{_NOW}"))) for name in network.scalar_names]
    for number, name in enumerate(network.scalar_names):
        if values[number] is None:  # a mu of the new condition, on top of that in dataset `like`
            own = name.split(".")[1]
            usual = float(p[old.terms[like].scalars[old.network.local_names.index(f"mu.{own}")]])
            values[number] = usual + (shift if own == site else 0.0)
    curves = [p[term.beta] for term in (*old.terms, old.terms[like])]
    whole = torch.cat([p[: old.elements], torch.tensor(values, dtype=p.dtype), *curves])
    return Source(problem, Optimum(whole, problem.evaluate(whole), 0, True))
