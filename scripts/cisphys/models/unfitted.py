"""The network of a declaration that nothing is fitted to yet."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cisphys.errors import InputError
from cisphys.models.families import network_of
from cisphys.models.network import Network
from cisphys.models.spec import NetworkSpec
from cisphys.units import as_written


def unfitted_network(
    spec: NetworkSpec, conditions: Sequence[Mapping[str, object]], length: int | None, source: str | Path
) -> Network:
    """Return the network of a declaration, all its parameters 0.

    `conditions` are those of the datasets that it is meant for; a column that they lack gets one value, ``<column>``. `length`
    is that of the variants, None where it is not known; `source` the model's file.

    Raises
    ------
    InputError : the model reaches to the end of the variants, whose length nobody says
    """
    length = len(spec.wild_type or "") or spec.variant_length or length
    if length:
        spec = spec.for_length(length)
        spec.check_length(length, source)
    elif any(site.stop == -1 for site in spec.sites):
        remedy = "Say `variant_length` in the model, or see network.txt of the fit"
        raise InputError("the model reads whole variants, and nothing says how long they are", path=source, remedy=remedy)
    given = {column: [as_written(each.get(column, "")) for each in conditions] for column in spec.condition_columns}
    levels = {column: [value for value in dict.fromkeys(values) if value] for column, values in given.items()}
    return network_of(spec, {column: values or [f"<{column}>"] for column, values in levels.items()})
