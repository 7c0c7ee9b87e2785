"""What is known of jobs: state, counts, items. The counts are made from the items whenever they are asked for."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from gouji_service.jobs.queue import OPEN, OUTCOMES
from gouji_service.store.moments import seconds_to_iso
from gouji_service.store.store import Store
from gouji_service.store.tables import Job, JobItem
from gouji_service.wording import CODES, say_code


def read_job(connection: Connection, job_id: str) -> dict[str, Any]:
    """State and counts of a job. Raises KeyError for no such job."""
    job = connection.execute(select(Job).where(Job.id == job_id)).first()
    if job is None:
        raise KeyError(job_id)
    return _job_to_json(job, _count(connection, job_id))


def list_jobs(connection: Connection, *, limit: int = 50, before: str | None = None) -> list[dict[str, Any]]:
    """The latest jobs first."""
    statement = select(Job).order_by(Job.id.desc()).limit(limit)
    rows = connection.execute(statement if before is None else statement.where(Job.id < before)).all()
    return [_job_to_json(row, _count(connection, row.id)) for row in rows]


def _count(connection: Connection, job_id: str) -> Mapping[str, int]:
    grouped = select(JobItem.outcome, func.count()).where(JobItem.job_id == job_id, JobItem.state == "done")
    return {str(row[0]): row[1] for row in connection.execute(grouped.group_by(JobItem.outcome))}


def _job_to_json(job: Any, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "runner": job.runner,
        "dry_run": job.dry_run,
        "force": job.force,
        "params": json.loads(job.params),
        "total": job.total,
        "done": sum(counts.values()),
        **{outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        "created_at": seconds_to_iso(job.created_at),
        "started_at": seconds_to_iso(job.started_at),
        "finished_at": seconds_to_iso(job.finished_at),
    }


def read_items(
    connection: Connection, job_id: str, *, outcome: str | None = None, after: int = 0, limit: int = 100
) -> list[dict[str, Any]]:
    """Items of a job in their order, beyond number `after`: outcome, reason, and what changed or would change."""
    columns = (
        JobItem.n, JobItem.report_id, JobItem.state, JobItem.attempts, JobItem.outcome, JobItem.reason, JobItem.before,
        JobItem.after, JobItem.changed_cells, JobItem.became_current, JobItem.run_id, JobItem.name, JobItem.path,
        JobItem.reports,
    )  # fmt: skip
    statement = select(*columns).where(JobItem.job_id == job_id, JobItem.n > after).order_by(JobItem.n).limit(limit)
    if outcome is not None:
        statement = statement.where(JobItem.outcome == outcome)
    return [{**row._mapping, **_tell_code(row.outcome, row.reason)} for row in connection.execute(statement)]


def _tell_code(outcome: str | None, reason: str | None) -> dict[str, str | None]:
    """The code of a failure and what it means in Chinese: a reason begins with it."""
    code = (reason or "").partition(":")[0]
    if outcome != "failed" or code not in CODES:
        return {"code": None, "reason_zh": None}
    return {"code": code, "reason_zh": say_code(code).zh}


def count_waiting(connection: Connection) -> int:
    """Items of open jobs that are not done: the length of the queue."""
    statement = select(func.count()).select_from(JobItem).join(Job, Job.id == JobItem.job_id)
    return connection.execute(
        statement.where(Job.state.in_(OPEN), JobItem.state.in_(("queued", "leased")))
    ).scalar_one()


def is_work_left(store: Store, job_id: str | None = None) -> bool:
    """Whether anything of this job, or of any local one, is not done; what others hold may come back to the queue."""
    left = select(JobItem.n).join(Job, Job.id == JobItem.job_id)
    left = left.where(Job.state.in_(OPEN), JobItem.state.in_(("queued", "leased")))
    left = left.where(Job.runner == "local") if job_id is None else left.where(Job.id == job_id)
    with store.reading() as connection:
        return connection.execute(left.limit(1)).first() is not None


def list_open_items(store: Store, job_id: str, after: int, limit: int) -> list[int]:
    """The numbers of items that are not done, in their order, beyond `after`. None for a job that is closed."""
    numbers = select(JobItem.n).join(Job, Job.id == JobItem.job_id).where(Job.id == job_id, Job.state.in_(OPEN))
    numbers = numbers.where(JobItem.state.in_(("queued", "leased")), JobItem.n > after)
    with store.reading() as connection:
        return list(connection.execute(numbers.order_by(JobItem.n).limit(limit)).scalars())
