"""Draw the energy matrices of a fit, for two columns of a journal and for one."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.figures.energy_matrices import draw_energy_matrices
from cisphys.figures.style import DOUBLE_COLUMN, SINGLE_COLUMN, save_figure
from cisphys.log import log_to
from cisphys.models.language import build_spec
from cisphys.models.reference import matrices_of
from cisphys.models.spec import LINEAR
from cisphys.tables import read_table
from cisphys.units import kcal_per_kT
from cisphys.yaml_lines import load_yaml

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        spec = build_spec(*load_yaml(snakemake.input.model))
        summary = json.loads(Path(snakemake.input.summary).read_text(encoding="utf-8"))
        matrices, errors = read_table(snakemake.input.matrices), read_table(snakemake.input.errors)
        for width, prefix in ((DOUBLE_COLUMN, ""), (SINGLE_COLUMN, "single_")):
            figure = draw_energy_matrices(
                matrices,
                kcal_per_kT(summary["temperature_C"]),
                len(summary["wild_type"]),
                summary["numbering"],
                matrices_of(read_table(snakemake.input.references)),
                errors,
                rna=spec.alphabet == "rna",
                binds=spec.family not in LINEAR,
                width=width,
            )
            save_figure(figure, [snakemake.output[f"{prefix}{form}"] for form in ("svg", "pdf", "png")])
