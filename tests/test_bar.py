"""The bar at the foot of a terminal, on a terminal that is simulated line by line."""

import os
import pty
import re
import sys
from contextlib import contextmanager
from fcntl import ioctl
from struct import pack
from termios import TIOCSWINSZ

import pytest

from cisphys.bar import Bar, line


class Screen:
    """What a terminal of `rows` lines shows, of the few codes that a bar is drawn with."""

    def __init__(self, rows=6):
        self.lines, self.row, self.column = [""] * rows, 0, 0
        self.top, self.bottom, self.saved = 0, rows - 1, (0, 0)

    def feed(self, text):
        for code, rows, kind, other, letter in re.findall(r"(\x1b\[([\d;]*)([A-Za-z])|\x1b([78D]))|(.|\n|\r)", text):
            if letter:
                self.write(letter)
            else:
                self.obey(kind or other, [int(number) for number in rows.split(";") if number] if code else [])
        return self

    def write(self, letter):
        if letter == "\n":
            self.down()
        elif letter == "\r":
            self.column = 0
        else:
            old = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = old[: self.column] + letter + old[self.column + 1 :]
            self.column += 1

    def down(self):
        if self.row == self.bottom:
            self.lines[self.top : self.bottom + 1] = [*self.lines[self.top + 1 : self.bottom + 1], ""]
        elif self.row < len(self.lines) - 1:
            self.row += 1

    def obey(self, code, numbers):
        if code == "7":
            self.saved = self.row, self.column
        elif code == "8":
            self.row, self.column = self.saved
        elif code == "D":
            self.down()
        elif code == "A":
            self.row = max(self.row - numbers[0], 0)
        elif code == "r":
            self.top, self.bottom = (numbers[0] - 1, numbers[1] - 1) if numbers else (0, len(self.lines) - 1)
            self.row = self.column = 0
        elif code == "H":
            self.row, self.column = numbers[0] - 1, numbers[1] - 1
        elif code == "K":
            self.lines[self.row] = ""
        else:
            raise ValueError(code)


@contextmanager
def terminal(rows=6, columns=60, encoding="utf-8"):
    """Give a stream to a terminal, and a function that returns what was written to it since it was asked last."""
    reader, writer = pty.openpty()
    ioctl(writer, TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))

    def said():
        os.set_blocking(reader, False)
        parts = []
        try:
            while part := os.read(reader, 4096):
                parts.append(part)
        except BlockingIOError:
            pass
        return b"".join(parts).decode(encoding)

    with open(writer, "w", encoding=encoding) as stream:
        yield stream, said
    os.close(reader)


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")


def test_other_lines_scroll_above_it():
    """Six lines: those of others fill the first five, whichever comes before or after, and nothing of the bar is left."""
    screen = Screen(6)
    with terminal(6) as (stream, said):
        screen.feed("one\r\ntwo\r\n")
        bar = Bar(stream)
        bar.show("counting", 0.5, "50 reads")
        screen.feed(said())
        assert screen.lines[:2] == ["one", "two"]
        assert screen.lines[-1].startswith("counting ━━━")
        screen.feed("three\r\nfour\r\nfive\r\nsix\r\nseven\r\n")
        bar.show("counting", 0.75, "75 reads")
        screen.feed(said())
        assert screen.lines[:5] == ["four", "five", "six", "seven", ""]
        assert screen.lines[-1].endswith(" 75 %  75 reads")
        bar.close()
        screen.feed(said())
        assert screen.lines == ["four", "five", "six", "seven", "", ""]
        screen.feed("eight\r\nnine\r\nten")
        assert screen.lines == ["five", "six", "seven", "eight", "nine", "ten"]


def test_a_full_screen_makes_room_for_it():
    screen = Screen(4)
    with terminal(4) as (stream, said):
        screen.feed("one\r\ntwo\r\nthree\r\nfour")  # the cursor is on the last line
        bar = Bar(stream)
        bar.show("counting", 0.5, "")
        screen.feed(said())
        assert screen.lines[:3] == ["two", "three", "four"]
        assert screen.lines[3].startswith("counting")
        screen.feed(" and more\r\nfive")
        assert screen.lines[:3] == ["three", "four and more", "five"]
        bar.close()
        assert screen.feed(said()).lines == ["three", "four and more", "five", ""]


def test_one_job_at_a_time_has_it():
    with terminal() as (stream, said):
        first, second = Bar(stream), Bar(stream)
        first.show("first", None, "")
        assert "first" in said()
        second.show("second", None, "")
        assert said() == ""
        first.close()
        said()
        second.show("second", None, "")
        assert "second" in said()
        second.close()


def test_what_was_never_drawn_is_not_cleared():
    with terminal() as (stream, said):
        Bar(stream).close()
        assert said() == ""


def test_a_new_size_of_the_terminal_is_followed():
    with terminal(6, 60) as (stream, said):
        bar = Bar(stream)
        bar.show("counting", 0.5, "50 reads")
        assert "\x1b[6;1H" in said()
        ioctl(stream.fileno(), TIOCSWINSZ, pack("HHHH", 10, 40, 0, 0))
        bar.show("counting", 0.5, "50 reads")
        told = said()
        assert "\x1b[1;9r" in told
        assert "\x1b[10;1H" in told
        assert len(told.split("\x1b[2K")[1].split("\x1b")[0]) <= 39
        bar.close()
        assert said() == "\x1b7\x1b[r\x1b[10;1H\x1b[2K\x1b8"


def test_a_terminal_that_goes_stops_nobody():
    with terminal() as (stream, said):
        bar = Bar(stream)
        bar.show("counting", 0.5, "")
        said()
        with open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), stream.fileno())
        bar.show("counting", 0.6, "")
        bar.close()


@pytest.mark.parametrize(("rows", "columns"), [(3, 80), (24, 19)])
def test_too_small_a_terminal_has_none(rows, columns):
    with terminal(rows, columns) as (stream, said):
        bar = Bar(stream)
        bar.show("counting", 0.5, "")
        bar.close()
        assert said() == ""


@pytest.mark.parametrize("name", ["dumb", ""])
def test_terminals_that_cannot_place_text_have_none(monkeypatch, name):
    monkeypatch.setenv("TERM", name)
    with terminal() as (stream, said):
        bar = Bar(stream)
        assert not bar
        bar.show("counting", 0.5, "")
        assert said() == ""


def test_files_and_pipes_have_none(tmp_path):
    with open(tmp_path / "log", "w", encoding="utf-8") as stream:
        bar = Bar(stream)
        assert not bar
        bar.show("counting", 0.5, "")
        bar.close()
    assert (tmp_path / "log").read_text() == ""
    assert Bar().stream is sys.stderr


def test_letters_are_those_of_the_terminal():
    with terminal(encoding="latin-1") as (stream, said):
        bar = Bar(stream)
        bar.show("counting", 0.5, "")
        assert "counting ###############---------------  50 %" in said()
        bar.close()


@pytest.mark.parametrize(
    ("share", "width", "expected"),
    [
        (0.5, 80, "counting ━━━━━━━━━━━━━━━───────────────  50 %  5 of 10 reads"),
        (0.999, 80, "counting ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━─  99 %  5 of 10 reads"),  # the end is not told before it is there
        (1.0, 80, "counting ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 100 %  5 of 10 reads"),
        (0.0, 80, "counting ──────────────────────────────   0 %  5 of 10 reads"),
        (0.5, 40, "counting ━━━━━─────  50 %  5 of 10 reads"),
        (0.5, 37, "counting  50 %  5 of 10 reads"),  # fewer than eight cells are no bar
        (0.5, 20, "counting  50 %  5 o…"),
        (None, 80, "counting  5 of 10 reads"),
        (None, 12, "counting  5…"),
    ],
)
def test_a_line_keeps_to_its_width(share, width, expected):
    found = line("counting", share, "5 of 10 reads", width)
    assert found == expected
    assert len(found) <= width


def test_a_line_in_ascii():
    assert line("counting", 0.25, "5 of 20 reads", 37 + 7, ascii_only=True) == "counting ###-----------  25 %  5 of 20 reads"
    assert line("counting", None, "5 of 20 reads", 16, ascii_only=True) == "counting  5 o..."
