"""Connections that never finish the head of a request are closed: uvicorn itself waits for them for ever."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0


class TimedConnection(H11Protocol):
    """uvicorn's HTTP/1.1, with a time within which the head of each request has to be there."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A caller is there: the clock runs."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """The clock goes on until a whole head is there, however many bytes come one by one."""
        super().data_received(data)
        if self._is_at_work():
            self._stop()
        elif self._waiting is None:
            self._wait()

    def on_response_complete(self) -> None:
        """What was sent behind the request may be the beginning of the next one."""
        super().on_response_complete()
        if not self._is_at_work() and self.conn.trailing_data[0]:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller is gone."""
        self._stop()
        super().connection_lost(exc)

    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._stop()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._close)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _close(self) -> None:
        self._waiting = None
        if not self._is_at_work() and not self.transport.is_closing():
            self.transport.close()
