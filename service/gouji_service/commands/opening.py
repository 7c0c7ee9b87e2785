"""Opens the store for a command, and says on standard error which one it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from gouji_service.problems import Problem, error_to_problem
from gouji_service.settings import Settings
from gouji_service.store.place import describe_place, holds_reports, is_there
from gouji_service.store.problems import store_error_to_problem
from gouji_service.store.store import Store, open_settings_store
from gouji_service.wording import say, tell, tell_said


def tell_place(command: str, settings: Settings) -> bool:
    """Say where the store is, or that a new one is made there. Returns whether it is there."""
    there = is_there(settings.database, wait=settings.database_wait)
    tell(command, "store_at" if there else "store_made", place=describe_place(settings.database))
    return there


@contextmanager
def open_command_store(
    command: str, settings: Settings, *, there: bool = False, filled: bool = False
) -> Iterator[Store]:
    """The store that the settings name. there: it must exist; filled: it must hold a report. Else the problem
    not_found is raised, and nothing was made.
    """
    place = describe_place(settings.database)
    if (there or filled) and not is_there(settings.database, wait=settings.database_wait):
        raise Problem("not_found", say("store_absent", place=place))
    tell_place(command, settings)
    store = open_settings_store(settings)
    try:
        if filled and not holds_reports(store):
            raise Problem("not_found", say("store_empty", place=place))
        yield store
    finally:
        store.close()


def tell_error(command: str, error: Exception) -> None:
    """An error of the store, of the input or of the disk, on standard error."""
    if isinstance(error, OSError):
        tell(command, "files_failed", error=error)
    else:
        tell_said(command, (store_error_to_problem(error) or error_to_problem(error)).said)
