"""The network of a declaration, whatever its family."""

from collections.abc import Mapping, Sequence

import torch

from cisphys.models.blackbox import BlackBoxNetwork
from cisphys.models.equilibrium import ThermodynamicNetwork
from cisphys.models.kinetic import KineticNetwork
from cisphys.models.linear import LinearNetwork
from cisphys.models.network import Network
from cisphys.models.spec import BLACK_BOX, LINEAR, NetworkSpec


def network_of(
    spec: NetworkSpec, levels: Mapping[str, Sequence[str]] | None = None, dtype: torch.dtype = torch.float64
) -> Network | BlackBoxNetwork:
    """Return the network of a declaration; the parameters are those of `Network`."""
    if spec.family == BLACK_BOX:
        return BlackBoxNetwork(spec, levels, dtype)
    if spec.kinetics:
        return KineticNetwork(spec, levels, dtype)
    return LinearNetwork(spec, levels, dtype) if spec.family in LINEAR else ThermodynamicNetwork(spec, levels, dtype)
