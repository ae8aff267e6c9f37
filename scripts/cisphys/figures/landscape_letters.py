"""Energies of the landscape as text: numbers, with letters for what the data do not pin."""

import re

import pandas as pd

from cisphys.figures.style import SMALL, shortened, text_width

NAME = 2.4  # inches of a parameter's name


class Letters:
    """A letter for each parameter that energies rest on: ``mu.RNAP + ...`` -> ``a + ...``.

    Parameters
    ----------
    landscape : the table landscape.tsv
    """

    def __init__(self, landscape: pd.DataFrame):
        names = dict.fromkeys(name for terms in landscape["rests_on"] for _, name in in_terms(terms))
        self.letters = {name: chr(ord("a") + number) if number < 26 else f"a{number}" for number, name in enumerate(names)}

    def words(self, quantity: str) -> list[str]:
        """Return what is said of the parameters that are not pinned, where there are such."""
        if not self.letters:
            return []
        if quantity != "free energy":
            names = ", ".join(shortened(name, NAME, SMALL) for name in self.letters)
            whose = "its value" if len(self.letters) == 1 else "their values"
            return [f"Open: these data do not pin {names}; levels and spread rest on {whose} in this fit."]
        names = ", ".join(f"{letter} = {shortened(name, NAME, SMALL)}" for name, letter in self.letters.items())
        return [f"Open: these data do not pin {names}; what shares a letter moves up or down together. Drawn as in this fit."]

    def said(self, row: pd.Series, room: float) -> str:
        """Return the energy of a row of the table as text of at most `room` inches.

        Return ``2.6``, ``a − 2.5``, where that finds no room ``a``, else ``?``.
        """
        if not row["rests_on"]:
            return signed(row["wild_type"])
        if pd.isna(row["told"]):
            return "?"
        letters, number = self._sum(row["rests_on"]), signed(row["told"])
        sign = "−" if number.startswith("−") else "+"
        formula = letters if number == "0.0" else f"{letters} {sign} {number.removeprefix('−')}"
        return next((text for text in (formula, letters, letters.replace(" ", "")) if text_width(text, SMALL) <= room), "?")

    def _sum(self, terms: str) -> str:
        """Return a sum of terms in letters, those that are added first: ``mu.B - mu.A`` -> ``b − a``."""
        parts = sorted((sign == "-", self.letters[name]) for sign, name in in_terms(terms))
        return " ".join(f"{'−' if less else '+'} {letter}" for less, letter in parts).removeprefix("+ ")


def in_terms(terms: str) -> list[tuple[str, str]]:
    """Return sign and name of each term of a sum, or of a list: ``mu.B - mu.A`` -> (+, mu.B), (-, mu.A)."""
    if not terms:
        return []
    terms = terms.replace(", ", " + ")
    parts = re.split(r"(?:^| )([+-]) ", terms if terms.startswith("- ") else f"+ {terms}")[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def signed(energy: float) -> str:
    """Return an energy with one decimal and a true minus."""
    return f"{energy:.1f}".replace("-0.0", "0.0").replace("-", "−")
