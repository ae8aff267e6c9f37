"""Biophysical networks: declared in YAML, compiled into torch modules, saved as folders of plain files."""
