"""Ctrl-C waits for a deed that must be whole, and is never forgotten."""

import signal
import threading

import pytest

from api.interrupts import kept_whole, note_interrupts, was_interrupted


@pytest.fixture(autouse=True)
def _handler_is_put_back():
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_deed_is_done_before_the_interrupt_falls():
    done = []

    def deed() -> None:
        with kept_whole():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        deed()
    assert done == ["all of it"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_an_error_of_the_deed_is_told_before_the_interrupt():
    def deed() -> None:
        with kept_whole():
            signal.raise_signal(signal.SIGINT)
            raise ValueError("full")

    with pytest.raises(ValueError, match="full"):
        deed()


def test_deeds_within_deeds():
    steps = []

    def inner() -> None:
        with kept_whole():
            signal.raise_signal(signal.SIGINT)
            steps.append("inner")

    def outer() -> None:
        with kept_whole():
            with pytest.raises(KeyboardInterrupt):
                inner()
            steps.append("outer")
            signal.raise_signal(signal.SIGINT)
            steps.append("end")

    with pytest.raises(KeyboardInterrupt):
        outer()
    assert steps == ["inner", "outer", "end"]


def test_beside_the_main_thread_nothing_changes():
    seen = []

    def work() -> None:
        with kept_whole():
            seen.append(signal.getsignal(signal.SIGINT))

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_an_interrupt_is_noted_even_when_it_is_swallowed():
    note_interrupts()
    assert not was_interrupted()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert was_interrupted()
    note_interrupts()
    assert not was_interrupted()
