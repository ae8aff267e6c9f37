"""From reporter-assay reads to the biophysics of gene regulation.

The library behind the workflow. It knows nothing of Snakemake: plain values and paths come in, tables and figures go out.
"""

__version__ = "0.1.0"
