"""Many sources sent at once: a job whose items are sources, each with what became of it.

The bytes are kept before the answer is given, so that a server that dies parses on after its restart. A source that
cannot be read is not kept longer than its item needs it, as with POST /parse.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, delete, insert, select, update

from gouji.document import SourceError
from gouji_service.jobs.queue import Finish, Item, close_if_done, finish_item
from gouji_service.jobs.reparsing import Kept, Parse, parse_reports, reparse_item, tell_failure
from gouji_service.parsing import WorkerLost
from gouji_service.store.errors import retry_store
from gouji_service.store.ids import new_id
from gouji_service.store.saving import Parsed, place_reports, save_parsed
from gouji_service.store.store import Store, content_hash, discard_files, get_document, put_document
from gouji_service.store.tables import Document, Job, JobItem, Report

BATCH = "batch"
RECEIVING = "receiving"  # the state of a job whose sources are still being kept: nobody works on it


@dataclass(frozen=True, slots=True)
class Sent:
    """One source of a batch. `failed`: why it is none, as `code: sentence`; it has no bytes then."""

    data: bytes
    name: str
    path: str | None = None
    declared_type: str | None = None
    failed: str | None = None


def create_batch(store: Store, sources: Iterable[Sent], *, engine: str = "auto") -> str:
    """Keep the sources one by one and queue them. Whatever `sources` raises cancels the job."""
    job_id = new_id()
    common = {"id": job_id, "kind": BATCH, "runner": "local", "engine": engine, "dry_run": False, "force": False}
    with store.writing() as connection:
        row = {**common, "params": "{}", "state": RECEIVING, "total": 0, "created_at": store.now(connection)}
        connection.execute(insert(Job).values(**row))
    total = 0
    try:
        for total, sent in enumerate(sources, 1):
            retry_store(partial(_add, store, job_id, total, sent))
    except BaseException:
        _set_state(store, job_id, total, "cancelled")
        raise
    _set_state(store, job_id, total, "queued")
    return job_id


def _set_state(store: Store, job_id: str, total: int, state: str) -> None:
    with store.writing() as connection:
        connection.execute(update(Job).where(Job.id == job_id).values(state=state, total=total))
        close_if_done(store, connection, job_id)


def _add(store: Store, job_id: str, n: int, sent: Sent) -> None:
    row = {"job_id": job_id, "n": n, "name": sent.name, "path": sent.path, "declared_type": sent.declared_type}
    with store.writing() as connection:
        now = store.now(connection)
        if sent.failed is not None:
            done = {"state": "done", "outcome": "failed", "reason": sent.failed, "finished_at": now}
            connection.execute(insert(JobItem).values(**row, **done, attempts=0))
            return
        sha256 = content_hash(sent.data)
        put_document(store, connection, sent.data, sha256, now)
        connection.execute(insert(JobItem).values(**row, sha256=sha256, state="queued", attempts=0))


def do_item(store: Store, item: Item, parse: Parse) -> Finish | None:
    """Do an item of either kind: a source of a batch, or a kept report that is parsed again."""
    return parse_item(store, item, parse) if item.report_id is None else reparse_item(store, item, parse)


def parse_item(store: Store, item: Item, parse: Parse) -> Finish | None:
    """Parse one source of a batch and keep its reports. None: the item was someone else's by then."""
    found = retry_store(lambda: _read(store, item))
    if found is None:
        return None
    row, data = found
    began = time.monotonic()
    try:
        if data is None:  # known already
            return retry_store(lambda: finish_item(store, item, partial(_tell_known, row)))
        recovered = parse_reports(parse, Kept(data, row.name, row.declared_type, 1, 1), item.engine)
    except (SourceError, WorkerLost) as error:
        reason = tell_failure(error)
        told = retry_store(lambda: finish_item(store, item, lambda _: Finish("failed", reason)))
        retry_store(lambda: _discard(store, str(row.sha256)))
        return told
    seconds = time.monotonic() - began

    def keep(connection: Connection) -> Finish:
        kept = [
            save_parsed(
                store,
                connection,
                Parsed(data, one, item.engine, row.declared_type, store.review_below, seconds, item.job_id, row.path),
            )
            for one in recovered
        ]
        first = kept[0]
        return Finish("stored", after=first.after, run_id=first.run_id, report_id=first.report_id, reports=len(kept))

    return retry_store(lambda: finish_item(store, item, keep))


def _read(store: Store, item: Item) -> tuple[JobItem, bytes | None] | None:
    """The row of an item and its bytes; none where its reports are kept already. None: it is gone."""
    with store.reading() as connection:
        row = connection.execute(select(JobItem).where(JobItem.job_id == item.job_id, JobItem.n == item.n)).first()
        if row is None:
            return None
        if connection.execute(select(Report.id).where(Report.sha256 == row.sha256)).first():
            return row, None  # type: ignore[return-value]
        return row, get_document(store, connection, row.sha256)  # type: ignore[return-value]


def _tell_known(row: JobItem, connection: Connection) -> Finish:
    place_reports(connection, str(row.sha256), row.path)
    columns = (Report.id, Report.confidence, Report.run_id)
    kept = connection.execute(select(*columns).where(Report.sha256 == row.sha256).order_by(Report.part)).all()
    first = kept[0]
    return Finish("known", after=first.confidence, run_id=first.run_id, report_id=first.id, reports=len(kept))


def _discard(store: Store, sha256: str) -> None:
    """Delete the bytes of a source that nothing needs."""
    needed = select(Report.sha256).where(Report.sha256 == sha256).exists()
    waits = select(JobItem.n).where(JobItem.sha256 == sha256, JobItem.state != "done").exists()
    with store.writing() as connection:
        gone = delete(Document).where(Document.sha256 == sha256, ~needed, ~waits).returning(Document.sha256)
        hashes = connection.execute(gone).scalars().all()
    discard_files(store, hashes)
