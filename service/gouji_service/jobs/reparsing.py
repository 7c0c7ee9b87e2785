"""Parses one kept report again: an item of a job, from its source in the store to its outcome in the store."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from sqlalchemy import Connection, select

from gouji.document import SourceError
from gouji.results import Recovery
from gouji_service.jobs.queue import Finish, Item, finish_item
from gouji_service.parsing import WorkerLost
from gouji_service.problems import Problem, error_to_problem
from gouji_service.store.errors import retry_store
from gouji_service.store.saving import Parsed, Saved, compare_runs, count_changes, save_parsed, tell_parts
from gouji_service.store.store import Store, get_document
from gouji_service.store.tables import Report, Run


class Parse(Protocol):
    """Recovers the reports of one source, or one of them: `ParserPool.parse`, or `recover_all` itself."""

    def __call__(
        self, data: bytes, /, *, name: str | None, media_type: str | None, engine: str, only: int | None = None
    ) -> Sequence[Recovery]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A source as it was sent, and which of its reports is meant."""

    data: bytes
    name: str | None
    declared_type: str | None
    part: int
    parts: int


def _read_source(store: Store, report_id: str) -> Kept | None:
    """None: the report was deleted meanwhile."""
    with store.reading() as connection:
        columns = (Report.sha256, Report.name, Report.declared_type, Report.part, Report.parts)
        row = connection.execute(select(*columns).where(Report.id == report_id)).first()
        if row is None:
            return None
        data = get_document(store, connection, row.sha256)
        return Kept(data, row.name, row.declared_type, row.part, row.parts)


def reparse_item(store: Store, item: Item, parse: Parse) -> Finish | None:
    """Parse one report again and keep what came of it. None: the item was someone else's by then.

    A report that cannot be parsed is an outcome, with its reason. Raises StoreError when the store stays away.
    """
    report_id = item.report_id
    source = None if report_id is None else retry_store(lambda: _read_source(store, report_id))
    if source is None:
        return None
    began = time.monotonic()
    try:
        found = parse_reports(parse, source, item.engine)
    except (SourceError, WorkerLost) as error:
        reason = tell_failure(error)
        return retry_store(lambda: finish_item(store, item, lambda _: Finish("failed", reason)))
    seconds = time.monotonic() - began
    parsed = [
        Parsed(
            source.data,
            recovery,
            engine=item.engine,
            declared_type=source.declared_type,
            review_below=store.review_below,
            seconds=seconds,
            job_id=item.job_id,
        )
        for recovery in found
    ]
    own = next((one for one in parsed if one.recovery.part == source.part), None)
    if own is None:
        reason = f"several_reports: number {source.part} of {source.parts} is gone, the source holds {len(found)} now"
        return retry_store(lambda: finish_item(store, item, lambda _: Finish("failed", reason)))
    others = [one for one in parsed if one is not own]
    if item.dry_run:
        return retry_store(lambda: finish_item(store, item, partial(_compare, store, item, own)))
    return retry_store(lambda: finish_item(store, item, partial(_keep, store, item, own, others)))


def parse_reports(parse: Parse, source: Kept, engine: str) -> Sequence[Recovery]:
    """The report that is parsed again; all of the source where it holds more or fewer of them than it did."""
    if source.parts > 1:
        found = _parse_when_free(parse, source, engine, source.part)
        if found and found[0].parts == source.parts:
            return found
    return _parse_when_free(parse, source, engine, None)


def _parse_when_free(parse: Parse, source: Kept, engine: str, only: int | None) -> Sequence[Recovery]:
    how = {} if only is None else {"only": only}
    while True:
        try:
            return parse(source.data, name=source.name, media_type=source.declared_type, engine=engine, **how)
        except Problem as problem:  # callers of the server come first
            if problem.code != "busy":
                raise
            time.sleep(0.2)


def tell_failure(error: Exception) -> str:
    """Code and sentence of a source that could not be parsed."""
    problem = error_to_problem(error)
    return f"{problem.code}: {problem.detail if isinstance(error, SourceError) else _last_line(error)}"


def _last_line(error: Exception) -> str:
    return str(error).strip().rpartition("\n")[2][:500]


def _keep(store: Store, item: Item, parsed: Parsed, others: Sequence[Parsed], connection: Connection) -> Finish:
    """Keep the report's new run, and reports that the source was not known to hold."""
    saved: Saved = save_parsed(store, connection, parsed, again=True, force=item.force)
    for other in others:
        save_parsed(store, connection, other)
    return Finish(
        str(saved.outcome),
        saved.reason,
        before=saved.before,
        after=saved.after,
        changed_cells=saved.changed_cells,
        became_current=saved.became_current,
        run_id=saved.run_id,
    )


def _compare(store: Store, item: Item, parsed: Parsed, connection: Connection) -> Finish:
    """What `_keep` would say, with nothing kept."""
    columns = (Run.id, Run.confidence, Run.unsure_checks, Report.parts, Report.corrections)
    statement = select(*columns).join(Report, Report.run_id == Run.id).where(Report.id == item.report_id)
    current = connection.execute(statement).one()
    outcome = compare_runs(current, parsed.recovery)
    reason = tell_parts(current.parts, parsed.recovery.parts, current.corrections)
    return Finish(
        str(outcome),
        reason,
        before=current.confidence,
        after=parsed.recovery.confidence,
        changed_cells=count_changes(store, connection, current.id, parsed.recovery),
        became_current=item.force or (not current.corrections if reason else outcome == "improved"),
    )
