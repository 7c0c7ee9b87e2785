"""`gouji serve`: the HTTP service on one port."""

import argparse
import dataclasses
from typing import TYPE_CHECKING

from gouji_service.settings import Settings
from gouji_service.wording import tell

if TYPE_CHECKING:
    from gouji_service.cli import SubParsers


def add_parser(subparsers: "SubParsers") -> None:
    """Add `serve` to the command line."""
    parser = subparsers.add_parser("serve", help="answer HTTP on a port", description=__doc__)
    parser.add_argument("--host", help="address to listen on (GOUJI_HOST, else 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (GOUJI_PORT, else 8000)")
    parser.set_defaults(run=serve)


def serve(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGINT or SIGTERM; parses at work may end first."""
    import uvicorn

    from gouji_service.commands.opening import tell_error, tell_place
    from gouji_service.http.app import create_app
    from gouji_service.http.connections import TimedConnection
    from gouji_service.store.errors import StoreError
    from gouji_service.store.store import connect_engine

    given = {name: getattr(arguments, name) for name in ("host", "port") if getattr(arguments, name) is not None}
    settings = dataclasses.replace(settings, **given)
    if settings.is_public and not settings.asks_for_key:
        if not settings.open:
            tell("serve", "public_without_key", host=settings.host)
            return 2
        tell("serve", "open_to_all", host=settings.host, port=settings.port)
    try:
        tell_place("serve", settings)
    except StoreError as error:
        tell_error("serve", error)
        return 2
    connect_engine(settings.database).dispose()  # a missing driver is told before the server starts
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        timeout_graceful_shutdown=10,
        server_header=False,
        http=TimedConnection,
        proxy_headers=not settings.user_header,  # a proxy that names users is known by its own address
    )
    return 0
