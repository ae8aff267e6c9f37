"""Say of a joint fit whether one set of energies explains all its datasets."""

from typing import TYPE_CHECKING

from cisphys.inference.comparison import TESTED
from cisphys.inference.shared_energies import compare_with_separate
from cisphys.log import log_to
from cisphys.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        words = TESTED[:2]
        joint = read_table(snakemake.input.joint, TESTED, words)
        named = zip(snakemake.params.datasets, snakemake.input.separate, strict=True)
        table = compare_with_separate(joint, {name: read_table(path, TESTED, words) for name, path in named})
        write_table(table, snakemake.output.table, digits=6)
