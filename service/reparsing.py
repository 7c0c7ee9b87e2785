"""Parses one kept report again: an item of a job, from its source in the store to its outcome in the store."""

import time
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, select

from models.document import SourceError
from models.recovery import Recovery
from service.jobs import Finish, Item, finish_item
from service.parsing import WorkerLost
from service.problems import Problem, error_to_problem
from service.saving import Parsed, Saved, compare_runs, count_changes, save_parsed
from service.store import Store, get_document
from service.store_errors import retry_store
from service.store_tables import Report, Run


class Parse(Protocol):
    """Recovers one source: `ParserPool.parse`, or `recover` itself."""

    def __call__(self, data: bytes, *, name: str | None, media_type: str | None, engine: str) -> Recovery: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    data: bytes
    name: str | None
    declared_type: str | None


def _read_source(store: Store, report_id: str) -> _Kept:
    with store.reading() as connection:
        columns = (Report.sha256, Report.name, Report.declared_type)
        row = connection.execute(select(*columns).where(Report.id == report_id)).one()
        return _Kept(get_document(store, connection, row.sha256), row.name, row.declared_type)


def reparse_item(store: Store, item: Item, parse: Parse) -> Finish | None:
    """Parse one report again and keep what came of it. None: the item was someone else's by then.

    A report that cannot be parsed is an outcome, with its reason. Raises StoreError when the store stays away.
    """
    source = retry_store(lambda: _read_source(store, item.report_id))
    began = time.monotonic()
    try:
        recovery = _parse_when_free(parse, source, item.engine)
    except (SourceError, WorkerLost) as error:
        problem = error_to_problem(error)
        reason = f"{problem.code}: {problem.detail if isinstance(error, SourceError) else _last_line(error)}"
        return retry_store(lambda: finish_item(store, item, lambda _: Finish("failed", reason)))
    parsed = Parsed(
        source.data,
        recovery,
        engine=item.engine,
        declared_type=source.declared_type,
        review_below=store.review_below,
        seconds=time.monotonic() - began,
        job_id=item.job_id,
    )
    write = _compare if item.dry_run else _keep
    return retry_store(lambda: finish_item(store, item, partial(write, store, item, parsed)))


def _parse_when_free(parse: Parse, source: _Kept, engine: str) -> Recovery:
    while True:
        try:
            return parse(source.data, name=source.name, media_type=source.declared_type, engine=engine)
        except Problem as problem:  # callers of the server come first
            if problem.code != "busy":
                raise
            time.sleep(0.2)


def _last_line(error: Exception) -> str:
    return str(error).strip().rpartition("\n")[2][:500]


def _keep(store: Store, item: Item, parsed: Parsed, connection: Connection) -> Finish:
    saved: Saved = save_parsed(store, connection, parsed, again=True, force=item.force)
    return Finish(
        str(saved.outcome),
        before=saved.before,
        after=saved.after,
        changed_cells=saved.changed_cells,
        became_current=saved.became_current,
        run_id=saved.run_id,
    )


def _compare(store: Store, item: Item, parsed: Parsed, connection: Connection) -> Finish:
    """What `_keep` would say, with nothing kept."""
    columns = (Run.id, Run.confidence, Run.unsure_checks)
    statement = select(*columns).join(Report, Report.run_id == Run.id).where(Report.id == item.report_id)
    current = connection.execute(statement).one()
    outcome = compare_runs(current, parsed.recovery)
    return Finish(
        str(outcome),
        before=current.confidence,
        after=parsed.recovery.confidence,
        changed_cells=count_changes(store, connection, current.id, parsed.recovery),
        became_current=item.force or outcome == "improved",
    )
