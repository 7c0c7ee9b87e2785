"""What the routes hold in common: the gate, and when a server is ready."""

import asyncio
from typing import Any

import pytest
from fastapi import Request

from gouji_service.http.routes import Engine, Gate, ready
from gouji_service.problems import Problem


def test_so_many_are_let_in_and_the_others_hear_when_to_come_again() -> None:
    gate = Gate(2, retry_after=7)
    with gate.enter(slow=False), gate.enter(slow=False):
        assert gate.inside == 2
        with pytest.raises(Problem) as caught, gate.enter(slow=False):
            pass
        assert (caught.value.code, caught.value.headers) == ("busy", {"Retry-After": "7"})
        assert gate.inside == 2
    with gate.enter(slow=False):
        assert gate.inside == 1


def test_a_place_is_given_back_whatever_happened_inside() -> None:
    gate = Gate(1, 1)
    with pytest.raises(ZeroDivisionError), gate.enter(slow=False):
        raise ZeroDivisionError
    assert gate.inside == 0


class Reached:
    """A store that answers."""

    def reach(self) -> None: ...


def answer(work: Any) -> Any:
    async def ask() -> Any:
        task = asyncio.ensure_future(work())
        await asyncio.sleep(0)
        try:
            return await ready(Request({"type": "http", "state": {"engine": task, "store": Reached()}}))
        finally:
            task.cancel()

    return asyncio.run(ask())


def test_ready_says_which_engine_and_why() -> None:
    async def done() -> Engine:
        return Engine("rules", "no model")

    found = answer(done)
    assert (found.status, found.engine, found.reason) == ("ready", "rules", "no model")


def test_a_server_that_starts_or_cannot_start_is_not_ready() -> None:
    async def waits() -> Engine:
        await asyncio.sleep(60)
        raise AssertionError

    async def fails() -> Engine:
        raise ZeroDivisionError

    with pytest.raises(Problem) as starting:
        answer(waits)
    assert (starting.value.code, starting.value.headers) == ("not_ready", {"Retry-After": "1"})
    with pytest.raises(Problem, match="ZeroDivisionError") as failed:
        answer(fails)
    assert failed.value.code == "not_ready"
