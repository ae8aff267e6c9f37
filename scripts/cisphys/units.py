"""The thermal energy kT, the unit of all energies, in kcal/mol."""

GAS_CONSTANT = 1.987204259e-3  # kcal / (mol K), CODATA 2018


def kcal_per_kT(temperature_C: float) -> float:  # noqa: N802
    """Return kT in kcal/mol: 0.6163 at 37 degrees Celsius."""
    return GAS_CONSTANT * (temperature_C + 273.15)
