"""The durable queue: jobs over many reports, leased item by item.

An item is done when its outcome is committed, in the same transaction as its new run. A worker that dies before that
leaves nothing but a lease that runs out; one that comes back too late finds that the item is no longer its own.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, literal, select, update

from gouji.document import GoujiError
from gouji_service.store.filters import ReportFilter, filter_to_conditions
from gouji_service.store.ids import new_id
from gouji_service.store.store import Store
from gouji_service.store.tables import Job, JobItem, Report

OUTCOMES = ("improved", "unchanged", "worse", "stored", "known", "failed")
ATTEMPTS = 3  # a report that ended its worker so often is given up, and says so
OPEN = ("queued", "running")
_IDS_AT_ONCE = 500
# whoever takes an item back from its worker has not lost the worker: it is no attempt
_GIVEN_BACK = {"state": "queued", "owner": None, "lease_until": None, "attempts": JobItem.attempts - 1}


class NoSuchReports(GoujiError):
    """Ids in a request that no report has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a job is to do. runner: "local", by any worker of this store, or "cluster", by Dask alone."""

    wanted: ReportFilter = field(default_factory=ReportFilter)
    engine: str = "auto"
    dry_run: bool = False
    force: bool = False
    runner: str = "local"


@dataclass(frozen=True, slots=True)
class Item:
    """One report of a job, leased to `owner`."""

    job_id: str
    n: int
    report_id: str | None  # None: a source of a batch
    engine: str
    dry_run: bool
    force: bool
    owner: str


@dataclass(frozen=True, slots=True)
class Finish:
    """What became of an item."""

    outcome: str
    reason: str | None = None
    before: float | None = None
    after: float | None = None
    changed_cells: int | None = None
    became_current: bool | None = None
    run_id: int | None = None
    report_id: str | None = None  # this and the next of a batch alone
    reports: int | None = None


def order_to_json(order: Order) -> dict[str, Any]:
    """What was asked for, as kept with the job: only what was set."""
    wanted = {key: value for key, value in asdict(order.wanted).items() if value is not None}
    return {**wanted, "engine": order.engine, "dry_run": order.dry_run, "force": order.force}


def create_job(store: Store, order: Order) -> str:
    """Fix the list of reports and queue them, in one transaction. Raises NoSuchReports for ids that are not there."""
    job_id = new_id()
    with store.writing() as connection:
        job = {
            "id": job_id,
            "runner": order.runner,
            "engine": order.engine,
            "dry_run": order.dry_run,
            "force": order.force,
            "params": json.dumps(order_to_json(order), ensure_ascii=False),
            "created_at": store.now(connection),
        }
        connection.execute(insert(Job).values(**job, state="queued", total=0))
        total = _add_items(connection, job_id, order.wanted)
        values: dict[str, object] = {"total": total}
        if total == 0:
            values |= {"state": "done", "finished_at": store.now(connection)}
        connection.execute(update(Job).where(Job.id == job_id).values(**values))
    return job_id


def _add_items(connection: Connection, job_id: str, wanted: ReportFilter) -> int:
    number = (func.row_number().over(order_by=Report.id)).label("n")

    def add(conditions: list[Any], offset: int) -> None:
        picked: Select[Any] = select(literal(job_id), number + offset, Report.id, literal("queued"), literal(0)).where(
            *conditions
        )
        columns = ["job_id", "n", "report_id", "state", "attempts"]
        connection.execute(insert(JobItem).from_select(columns, picked))

    counted = select(func.count()).select_from(JobItem).where(JobItem.job_id == job_id)
    if wanted.ids is None:
        add(filter_to_conditions(wanted), 0)
        return connection.execute(counted).scalar_one()
    ids = list(dict.fromkeys(wanted.ids))
    rest = filter_to_conditions(replace(wanted, ids=None))
    total, known = 0, 0
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = Report.id.in_(ids[start : start + _IDS_AT_ONCE])
        known += connection.execute(select(func.count()).select_from(Report).where(some)).scalar_one()
        add([*rest, some], total)
        total = connection.execute(counted).scalar_one()
    if known < len(ids):
        raise NoSuchReports(f"{len(ids) - known} of {len(ids)} ids are of no report; nothing was queued.")
    return total


def _waiting(now: float) -> tuple[Any, Any]:
    """Items to be leased: those whose lease ran out come first. Two conditions, so that an index serves each."""
    return and_(JobItem.state == "leased", JobItem.lease_until < now), JobItem.state == "queued"


def claim_items(store: Store, owner: str, *, limit: int, lease: float, job_id: str | None = None) -> list[Item]:
    """Lease up to `limit` items of the oldest job that is open, or of `job_id`, for `lease` seconds.

    Items whose lease ran out are taken over; those that ended their worker too often are finished as failed instead.
    """
    with store.writing() as connection:
        now = store.now(connection)
        jobs = select(Job.id).where(Job.state.in_(OPEN)).order_by(Job.id)
        jobs = jobs.where(Job.runner == "local") if job_id is None else jobs.where(Job.id == job_id)
        for job in connection.execute(jobs).scalars().all():
            _give_up(connection, job, now)
            for waiting in _waiting(now):
                free = select(JobItem.n).where(JobItem.job_id == job, waiting).order_by(JobItem.n).limit(limit)
                numbers = connection.execute(free.with_for_update(skip_locked=True)).scalars().all()
                items = _lease(connection, job, JobItem.n.in_(numbers), owner, now, lease) if numbers else []
                if items:
                    return items
            close_if_done(store, connection, job)  # its last worker may have died just before it could
    return []


def claim_item(store: Store, job_id: str, n: int, owner: str, *, lease: float) -> Item | None:
    """Lease one item that someone else hands out (Dask), taking it from whoever had it. None: done, or job closed."""
    with store.writing() as connection:
        now = store.now(connection)
        items = _lease(connection, job_id, and_(JobItem.n == n, JobItem.state != "done"), owner, now, lease)
    return items[0] if items else None


def _lease(connection: Connection, job_id: str, which: Any, owner: str, now: float, lease: float) -> list[Item]:
    # the job's row is locked first: a cancel either comes before this lease or waits for it
    job = connection.execute(select(Job).where(Job.id == job_id).with_for_update()).one()
    if job.state not in OPEN:
        return []
    if job.state == "queued":
        started = now if job.started_at is None else job.started_at
        connection.execute(update(Job).where(Job.id == job_id).values(state="running", started_at=started))
    leased = (
        update(JobItem)
        .where(JobItem.job_id == job_id, which)
        .values(state="leased", owner=owner, lease_until=now + lease, attempts=JobItem.attempts + 1)
        .returning(JobItem.n, JobItem.report_id)
    )
    rows = sorted(connection.execute(leased).all(), key=lambda row: row.n)
    return [Item(job_id, row.n, row.report_id, job.engine, job.dry_run, job.force, owner) for row in rows]


def _give_up(connection: Connection, job_id: str, now: float) -> None:
    lost = and_(JobItem.job_id == job_id, JobItem.state == "leased", JobItem.lease_until < now)
    reason = f"its worker was lost {ATTEMPTS} times"
    values = {"state": "done", "outcome": "failed", "reason": reason, "owner": None, "finished_at": now}
    connection.execute(update(JobItem).where(lost, JobItem.attempts >= ATTEMPTS).values(**values))


def extend_leases(store: Store, owner: str, *, lease: float) -> None:
    """A sign of life: what this worker holds is its own for `lease` seconds more."""
    with store.writing() as connection:
        until = store.now(connection) + lease
        mine = and_(JobItem.owner == owner, JobItem.state == "leased")
        connection.execute(update(JobItem).where(mine).values(lease_until=until))


def release_items(store: Store, owner: str) -> None:
    """Give back what was not begun: a worker that ends in good order."""
    with store.writing() as connection:
        mine = and_(JobItem.owner == owner, JobItem.state == "leased")
        connection.execute(update(JobItem).where(mine).values(**_GIVEN_BACK))


def finish_item(store: Store, item: Item, work: Callable[[Connection], Finish]) -> Finish | None:
    """Do the writing part of an item and mark it done, in one transaction: both or neither.

    None, and nothing written, when the item is no longer this worker's, or its job was cancelled.
    """
    with store.writing() as connection:
        mine = and_(
            JobItem.job_id == item.job_id, JobItem.n == item.n, JobItem.owner == item.owner, JobItem.state == "leased"
        )
        held = connection.execute(select(JobItem.n).where(mine).with_for_update()).first()
        job = connection.execute(select(Job.state).where(Job.id == item.job_id)).scalar_one()
        if held is None or job not in OPEN:
            return None
        finish = work(connection)
        now = store.now(connection)
        told = {name: value for name, value in asdict(finish).items() if value is not None}
        values = told | {"state": "done", "owner": None, "lease_until": None, "finished_at": now}
        connection.execute(update(JobItem).where(mine).values(**values))
    with store.writing() as connection:  # apart: an item must not wait for the row of the job
        close_if_done(store, connection, item.job_id)
    return finish


def close_if_done(store: Store, connection: Connection, job_id: str) -> None:
    """Mark a job done when its last item is."""
    left = select(JobItem.n).where(JobItem.job_id == job_id, JobItem.state.in_(("queued", "leased"))).exists()
    done = and_(Job.id == job_id, Job.state.in_(OPEN), ~left)
    connection.execute(update(Job).where(done).values(state="done", finished_at=store.now(connection)))


def cancel_job(store: Store, job_id: str) -> None:
    """Stop a job: what is done stays done, what is under way is not kept. Raises KeyError for no such job."""
    _set_state(store, job_id, OPEN, "cancelled")


def resume_job(store: Store, job_id: str) -> None:
    """Go on with a cancelled job where it stopped. Raises KeyError for no such job."""
    _set_state(store, job_id, ("cancelled",), "queued")
    with store.writing() as connection:
        close_if_done(store, connection, job_id)


def _set_state(store: Store, job_id: str, before: tuple[str, ...], after: str) -> None:
    with store.writing() as connection:
        found = connection.execute(select(Job.state).where(Job.id == job_id).with_for_update()).scalar_one_or_none()
        if found is None:
            raise KeyError(job_id)
        if found not in before:
            return
        finished = store.now(connection) if after == "cancelled" else None
        connection.execute(update(Job).where(Job.id == job_id).values(state=after, finished_at=finished))
        leased = and_(JobItem.job_id == job_id, JobItem.state == "leased")
        connection.execute(update(JobItem).where(leased).values(**_GIVEN_BACK))
