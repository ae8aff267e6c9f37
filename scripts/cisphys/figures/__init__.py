"""Figures ready for a paper: every function takes tables and returns a matplotlib Figure; `style.save_figure` writes it.

`style` holds colours, fonts and sizes, so that a change there reaches every figure.
"""
