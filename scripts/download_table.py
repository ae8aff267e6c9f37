"""Check a downloaded file's hash and keep it."""

import shutil
from typing import TYPE_CHECKING

from cisphys.files import written_beside
from cisphys.log import log_to
from cisphys.reads.published import check_download

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        if snakemake.params.sha256:
            check_download(snakemake.input.table, snakemake.params.sha256)
        with written_beside(snakemake.output.table) as beside:
            shutil.copyfile(snakemake.input.table, beside)
