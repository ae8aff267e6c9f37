"""The thermal energy kT, the unit of all energies, in kcal/mol, and the values of conditions, which bring their own units."""

GAS_CONSTANT = 1.987204259e-3  # kcal / (mol K), CODATA 2018
# units of energies in tables: where reads do not tell their scale, one that is known is taken; linear models have no kT
KT, AT_SCALE, OF_LATENT = "kT", "kT at the true scale", "latent at the true scale"


def kcal_per_kT(temperature_C: float) -> float:  # noqa: N802
    """Return kT in kcal/mol: 0.6163 at 37 degrees Celsius."""
    return GAS_CONSTANT * (temperature_C + 273.15)


def as_written(condition: float | str) -> str:
    """Return the value of a condition as a person writes it: ``100``, not ``100.0``."""
    whole = isinstance(condition, float) and condition.is_integer() and abs(condition) < 1e15
    return str(int(condition)) if whole else str(condition)
