"""Libraries that only some uses need: where one is asked for and not installed, the error says how to get it."""

from importlib.util import find_spec

from gouji.document import GoujiError


class MissingExtra(GoujiError, ImportError):
    """A library that was asked for is not installed. The message says which extra brings it."""


def require_extra(module: str, extra: str) -> None:
    """Raise MissingExtra unless `module` can be imported; it is not imported here."""
    if find_spec(module) is None:
        raise MissingExtra(f"{module} is not installed: pip install 'gouji[{extra}]'")
