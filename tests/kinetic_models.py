"""Kinetic models for tests."""

# an activator A and a polymerase P: binding and unbinding written out, and transcription that takes P off
ACTIVATOR = """\
version: 1
type: kinetic
sites:
  A: {start: 0, stop: 4}
  P: {start: 4, stop: 9}
interactions:
  - [A, P]
states:
  empty: []
  A: [A]
  P: [P]
  A+P: [A, P]
binding: every
transitions:
  - {from: P, to: empty, rate: escape, transcribes: true}
  - {from: A+P, to: A, rate: escape, transcribes: true}
"""
# the same states in equilibrium
EQUILIBRIUM = """\
version: 1
type: thermodynamic
sites:
  A: {start: 0, stop: 4}
  P: {start: 4, stop: 9}
interactions:
  - [A, P]
states:
  empty: []
  A: [A]
  P: [P]
  A+P: [A, P]
transcribes: [P, A+P]
"""
# a polymerase that opens the DNA; a transcript leaves both complexes as they are
OPENING = """\
version: 1
type: kinetic
sites:
  P: {start: 0, stop: 5}
states:
  empty: []
  closed: [P]
  open: [P]
transitions:
  - {from: empty, to: closed, binds: P}
  - {from: closed, to: empty, unbinds: P}
  - {from: closed, to: open, rate: opening}
  - {from: open, to: closed, rate: closing}
  - {from: open, to: empty, rate: release}
  - {from: empty, to: open, rate: capture}
  - {from: open, to: open, rate: start, transcribes: true}
"""
