"""What a long task says while it runs, with a clock that is set by hand."""

import logging

import pytest

from cisphys import progress
from cisphys.progress import Progress, in_words


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


class Shown:
    """Stands for the bar: keeps what it is told."""

    def __init__(self, there=True):
        self.there, self.told, self.closed = there, [], False

    def __bool__(self):
        return self.there

    def show(self, *told):
        self.told.append(told)

    def close(self):
        self.closed = True


@pytest.fixture
def clock(monkeypatch):
    own = Clock()
    monkeypatch.setattr(progress, "time", own)
    return own


@pytest.fixture
def bar(monkeypatch):
    own = Shown()
    monkeypatch.setattr(progress, "Bar", lambda: own)
    return own


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "cisphys")
    return lambda: [record.getMessage() for record in caplog.records]


def test_lines_come_every_ten_seconds(clock, bar, lines):
    bar.there = False
    with Progress("counting", "reads", 1000) as told:
        for second in range(31):
            clock.now = 100.0 + second
            told.to(20 * second)
    assert lines() == [
        "200 of 1,000 reads (20 %), 10 s, 40 s left",
        "400 of 1,000 reads (40 %), 20 s, 30 s left",
        "600 of 1,000 reads (60 %), 30 s, 20 s left",
    ]
    assert bar.told == []


def test_lines_of_hours_come_further_apart(clock, bar, lines):
    with Progress("fitting", "steps") as told:
        for second in range(36001):
            clock.now = 100.0 + second
            told.to(second)
    assert 60 < len(lines()) < 90  # 10 in the first 100 s, then one each time that a tenth is added: ln(360) / ln(1.1) = 62
    assert lines()[:2] == ["10 steps, 10 s", "20 steps, 20 s"]


def test_the_bar_comes_after_a_second_and_moves_five_times_a_second(clock, bar, lines):
    with Progress("counting", "reads", 1000) as told:
        for tick in range(31):
            clock.now = 100.0 + tick / 16
            told.to(10 * tick)
        assert not bar.closed
    assert bar.closed
    assert bar.told[0] == ("counting", 0.16, "160 of 1,000 reads, 1 s, 5 s left")
    assert [told[1] for told in bar.told] == [0.16, 0.2, 0.24, 0.28]  # 0.25 s apart: the first ticks at 0.2 s or more
    assert lines() == []


def test_a_total_that_is_a_guess_is_asked_for_once_and_called_about(clock, bar):
    asked = []
    with Progress("counting", "reads", lambda: asked.append(1) or 1000.4) as told:
        told.to(5)
        assert asked == []  # short tasks never ask
        for done in (500, 999, 1500):
            clock.now += 2
            told.to(done)
    assert asked == [1]
    assert bar.told == [
        ("counting", pytest.approx(500 / 1000.4), "500 of about 1,000 reads, 2 s, 2 s left"),
        ("counting", 0.99, "999 of about 1,000 reads, 4 s, 0 s left"),  # it may be more: not 100 % before it is done
        ("counting", None, "1,500 reads, 6 s"),
    ]


def test_what_is_left_is_told_by_the_pace_since_counting_began(clock, bar):
    """50 s of preparation, then 100 reads in 10 s: the other 900 take 90 s."""
    with Progress("counting", "reads", 1000) as told:
        clock.now += 50
        told.to(0, note="unpacking")
        clock.now += 10
        told.to(100)
    assert [words for _, _, words in bar.told] == [
        "0 of 1,000 reads, unpacking, 50 s",
        "100 of 1,000 reads, 1 min 00 s, 1 min 30 s left",
    ]


def test_a_total_that_nobody_knows(clock, bar):
    with Progress("counting", "reads", lambda: None) as told:
        clock.now += 2
        told.to(500)
    assert bar.told == [("counting", None, "500 reads, 2 s")]


def test_uneven_steps_promise_no_end(clock, bar, lines):
    with Progress("fitting lac", steady=False) as told:
        clock.now += 12
        told.to(2, 8, "start 3: step 4")
    assert bar.told == [("fitting lac", 0.25, "start 3: step 4, 12 s")]
    assert lines() == ["25 %, start 3: step 4, 12 s"]


def test_what_is_said_is_logged_at_once(clock, bar, lines):
    """The bar goes on with what it was told; the log says nothing else within ten seconds."""
    with Progress("fitting lac", steady=False) as told:
        told.say("start 1 done")
        assert lines() == ["start 1 done"]
        clock.now += 9
        told.to(1, 4, "start 2: step 9")
        told.say("start 2 done")
        clock.now += 9
        told.to(2, 4, "start 3: step 1")
        clock.now += 2
        told.to(2, 4, "start 3: step 2")
    assert lines() == ["start 1 done", "start 2 done", "50 %, start 3: step 2, 20 s"]
    assert bar.told == [
        ("fitting lac", 0.25, "start 2: step 9, 9 s"),
        ("fitting lac", 0.5, "start 3: step 1, 18 s"),
        ("fitting lac", 0.5, "start 3: step 2, 20 s"),
    ]


def test_an_error_takes_the_bar_away(clock, bar):
    with pytest.raises(KeyboardInterrupt), Progress("counting"):
        raise KeyboardInterrupt
    assert bar.closed


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (3599, "59 min 59 s"), (7812, "2 h 10 min")],
)
def test_times_in_words(seconds, words):
    assert in_words(seconds) == words
