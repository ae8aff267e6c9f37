"""Put an analysis into one HTML page. What the rule has as input is shown; what else lies among the results is not."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cisphys.files import write_text
from cisphys.log import log_to
from cisphys.report.build import Analysis, build_report
from cisphys.units import kcal_per_kT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        about = snakemake.params.analysis
        results = Path(snakemake.output.report).parent
        given = frozenset(Path(path).relative_to(results).as_posix() for path in snakemake.input)
        analysis = Analysis(**about, results=results, given=given, kcal_per_kT=kcal_per_kT(about["temperature_C"]))
        write_text(snakemake.output.report, build_report(analysis, date.today().isoformat()))
