"""Compare the fits that were judged on the same test variants."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.inference.comparison import TESTED, compare
from cisphys.log import log_to, logger
from cisphys.tables import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        fits = snakemake.params.fits
        tested = {fit: read_table(path, TESTED, TESTED[:2]) for fit, path in zip(fits, snakemake.input.tested, strict=True)}
        summaries = zip(fits, snakemake.input.summaries, strict=True)
        compared = compare(tested, {fit: json.loads(Path(path).read_text(encoding="utf-8")) for fit, path in summaries})
        for row in compared.pairs[compared.pairs["group"].isna()].itertuples():
            logger.info(f"{row.fit} and {row.other} cannot be compared: {row.reason}")
        write_table(compared.ranked, snakemake.output.comparison, digits=6)
        write_table(compared.pairs, snakemake.output.pairs, digits=6)
