"""From association reads to a library: which variant each barcode stands for, how sure that is, and why others were left out."""
