"""Frames between processes: none is lost or cut, and each wait ends at its own limit."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from onrecord.graph.engine.processes import frames


@pytest.fixture
def ends() -> Iterator[tuple[frames.Channel, frames.Channel]]:
    ours, theirs = map(frames.Channel, socket.socketpair())
    yield ours, theirs
    ours.close()
    theirs.close()


def test_frames_that_come_together_are_told_apart(ends: tuple[frames.Channel, frames.Channel]) -> None:
    ours, theirs = ends
    for number in range(3):
        frames.send(theirs, {"n": number}, b"x" * number * 1000)
    assert ours.arrives(60)
    assert ours.readable()
    assert [frames.receive(ours) for _ in range(3)] == [
        ({"n": number}, b"x" * number * 1000) for number in range(3)
    ]
    assert not ours.readable()


@pytest.mark.parametrize("waited", [False, True])
def test_a_frame_larger_than_one_read_comes_whole(
    ends: tuple[frames.Channel, frames.Channel], waited: bool
) -> None:
    ours, theirs = ends
    body = bytes(range(256)) * 20_000
    sending = threading.Thread(target=lambda: [frames.send(theirs, {"n": n}, body) for n in range(2)])
    sending.start()
    assert not waited or ours.arrives(60)
    assert [frames.receive(ours, time.monotonic() + 60) for _ in range(2)] == [
        ({"n": 0}, body),
        ({"n": 1}, body),
    ]
    sending.join()


def test_what_does_not_come_in_time_is_late_and_what_is_waited_for_longer_comes(
    ends: tuple[frames.Channel, frames.Channel],
) -> None:
    ours, theirs = ends
    assert not ours.arrives(0.01)
    with pytest.raises(frames.Late):
        frames.receive(ours, time.monotonic() + 0.1)
    # Neither the short wait nor the deadline holds for what comes after them.
    for deadline in (None, time.monotonic() + 60):
        assert not ours.arrives(0.01)
        threading.Timer(0.3, frames.send, (theirs, {"late": True})).start()
        assert frames.receive(ours, deadline) == ({"late": True}, b"")


def test_without_a_deadline_a_send_waits_for_as_long_as_it_takes(
    ends: tuple[frames.Channel, frames.Channel],
) -> None:
    ours, theirs = ends
    body = bytes(4 << 20)
    with pytest.raises(frames.Late):
        frames.send(ours, {}, body, time.monotonic() + 0.1)
    other, reading = map(frames.Channel, socket.socketpair())
    frames.send(other, {}, b"", time.monotonic() + 0.2)
    found: list[bytes] = []
    slow = threading.Timer(0.5, lambda: found.extend(frames.receive(reading)[1] for _ in range(2)))
    slow.start()
    frames.send(other, {}, body)
    slow.join()
    assert found == [b"", body]
    other.close()
    reading.close()
    theirs.close()


@pytest.mark.parametrize("begun", [b"", b"\0\0\0\5\0\0"])
def test_an_end_that_closes_is_told_from_one_that_is_silent(begun: bytes) -> None:
    one, other = socket.socketpair()
    channel = frames.Channel(one)
    other.sendall(begun)
    other.close()
    assert channel.arrives(60)
    with pytest.raises(frames.Hangup):
        frames.receive(channel, time.monotonic() + 60)
    with pytest.raises(frames.Hangup):
        channel.readable()
    channel.close()
