"""What two mates need in common to be made into one read. Apart from the merging itself, so that a config loads no compiler."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Merging:
    """What an overlap needs.

    least_overlap : bases that both must have read, 1 or more
    mismatches : share of the overlap at most that may differ, up to 0.5; letters other than A, C, G, T do not differ
    certainty : posterior probability that the offset must have
    """

    least_overlap: int = 10
    mismatches: float = 0.2
    certainty: float = 0.999


DEFAULT = Merging()
