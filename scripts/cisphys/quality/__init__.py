"""Quality of an analysis in numbers, each held against limits: what was measured, how, and what to do where it falls short."""
