"""King-Altman diagrams: numbers that are known, and diagrams by hand."""

import pytest
from kinetic_graphs import both_ways, complete

from cisphys.models.king_altman import diagrams, spelled

# empty, CRP, RNAP, CRP+RNAP: binding both ways, then transcription RNAP -> empty and CRP+RNAP -> CRP beside RNAP's unbinding
LAC = [*both_ways([(0, 1), (0, 2), (1, 3), (2, 3)]), (2, 0), (3, 1)]
LAC_STATES = ("empty", "CRP", "RNAP", "CRP+RNAP")


def test_lac_has_16_diagrams_and_30_with_parallel_channels_apart():
    summed, apart = diagrams(4, LAC), diagrams(4, LAC, apart=True)
    assert [len(own) for own in summed] == [4, 4, 4, 4]
    assert sum(len(own) for own in apart) == 30
    assert all(len(diagram) == 3 for own in (*summed, *apart) for diagram in own)


@pytest.mark.parametrize("states", [2, 3, 4, 5])
def test_cayleys_formula(states):
    """A complete graph of n states has n^(n - 2) spanning trees into each."""
    assert [len(own) for own in diagrams(states, complete(states))] == [states ** (states - 2)] * states


def test_diagrams_of_a_ring_by_hand():
    """0 -> 1 -> 2 -> 0: one tree into each state. Channel 3 is parallel to channel 0, channel 4 goes nowhere."""
    channels = [(0, 1), (1, 2), (2, 0), (0, 1), (1, 1)]
    assert diagrams(3, channels) == [[((1,), (2,))], [((0, 3), (2,))], [((0, 3), (1,))]]
    assert diagrams(3, channels, apart=True)[2] == [((0,), (1,)), ((3,), (1,))]
    assert spelled(diagrams(3, channels)[1][0], channels, "abc") == "a -> b, c -> a"


def test_too_many_diagrams_are_refused():
    with pytest.raises(ValueError, match="10 states"):
        diagrams(10, complete(10))
