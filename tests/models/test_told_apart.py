"""Which transcription rates a flexible measurement cannot tell apart: cases that are known by hand."""

import logging

import pytest
from kinetic_models import ACTIVATOR, OPENING
from promoters import spec_of

from cisphys.models.families import network_of
from cisphys.models.told_apart import rates_not_told_apart, warn_of_rates

# binding in equilibrium, transcription that changes no state: rates t_P and t_AP
STEADY = ACTIVATOR.replace("to: empty, rate: escape", "to: P, rate: alone").replace(
    "to: A, rate: escape", "to: A+P, rate: with_A"
)
# with one more site, so that u depends on two energies
TWO_COMPLEXES = """\
version: 1
type: kinetic
sites:
  A: {start: 0, stop: 4}
  P: {start: 4, stop: 9}
interactions: [[A, P]]
states: {empty: [], A: [A], closed: [P], both: [A, P], open: [A, P]}
transitions:
  - {from: empty, to: A, binds: A}
  - {from: A, to: empty, unbinds: A}
  - {from: empty, to: closed, binds: P}
  - {from: closed, to: empty, unbinds: P}
  - {from: A, to: both, binds: P}
  - {from: both, to: A, unbinds: P}
  - {from: closed, to: both, binds: A}
  - {from: both, to: closed, unbinds: A}
  - {from: both, to: open, rate: opening}
  - {from: open, to: both, rate: closing}
  - {from: both, to: both, rate: leak, transcribes: true}
  - {from: open, to: open, rate: start, transcribes: true}
"""


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (ACTIVATOR, []),
        # escape changes how long P stays, so each rate shows in the occupancies
        (ACTIVATOR.replace("to: A, rate: escape", "to: A, rate: escape_with_A"), []),
        # with C = exp(-G_A), R = exp(-G_P), w = exp(-I): t / (1 - c t) is a t of the same form with other R, w and rates
        (STEADY, [("log_rate.alone", "log_rate.with_A")]),
        # without an interaction w = 1 is known, and the rates with it
        (STEADY.replace("interactions:\n  - [A, P]\n", ""), []),
        # open / both = opening / closing whatever the sequence: only leak + start x that ratio is in t
        (TWO_COMPLEXES, [("log_rate.leak", "log_rate.start")]),
        # a single energy: p(bin | t) takes up everything
        (OPENING + "  - {from: closed, to: closed, rate: leak, transcribes: true}\n", [("log_rate.start", "log_rate.leak")]),
    ],
)
def test_rates_that_no_data_tell_apart(text, pairs):
    assert rates_not_told_apart(network_of(spec_of(text))) == pairs


def test_the_user_is_warned(caplog):
    with caplog.at_level(logging.WARNING):
        warn_of_rates(network_of(spec_of(TWO_COMPLEXES)))
    assert "'leak' and 'start'" in caplog.text
    assert "cannot be told apart" in caplog.text
