"""What OpenAPI says of jobs, and the body that starts one."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gouji_service.http.report_shapes import Body, CheckName, Moment
from gouji_service.jobs.queue import OUTCOMES

Identities = Annotated[list[Annotated[str, Field(pattern="^[0-9A-Z]{26}$")]], Field(max_length=100_000)]
Outcome = Literal[OUTCOMES]  # type: ignore[valid-type]


class JobShape(BaseModel):
    """State and counts of a job."""

    id: str
    kind: Literal["reparse", "batch"]
    state: Literal["receiving", "queued", "running", "done", "cancelled"]
    runner: Literal["local", "cluster"]
    dry_run: bool
    force: bool
    params: dict[str, Any]
    total: int
    done: int
    improved: int
    unchanged: int
    worse: int
    stored: int = Field(description="Of a batch: sources whose reports are kept now")
    known: int = Field(description="Of a batch: sources that were kept before")
    failed: int
    created_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class Jobs(BaseModel):
    """Jobs, the latest first."""

    jobs: list[JobShape]


class ItemShape(BaseModel):
    """What became of one report in a job, in a dry run what would; or of one source of a batch."""

    n: int
    report_id: str | None = Field(description="Of a batch: of its first report, once that is kept")
    name: str | None = Field(description="This, path and reports of a batch alone")
    path: str | None
    reports: int | None = Field(description="How many the source holds")
    state: Literal["queued", "leased", "done"]
    attempts: int
    outcome: Outcome | None
    reason: str | None
    code: str | None = Field(description="Of a failure: a code of problems")
    reason_zh: str | None = Field(description="What the code means")
    before: float | None
    after: float | None
    changed_cells: int | None
    became_current: bool | None
    run_id: int | None


class Items(BaseModel):
    """Items of a job in their order."""

    items: list[ItemShape]
    next: int | None = Field(description="`after` of the next page; null on the last one")


class ReparseBody(Body):
    """Which reports are to be parsed again, and how. All that is given must hold; at least one thing must be."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {"confidence_below": 0.95, "engine": "auto", "dry_run": False},
                {"ids": ["01J…"], "force": True},
            ]
        },
    )
    confidence_below: float | None = Field(default=None, ge=0, le=1)
    needs_review: bool | None = None
    check_failed: bool | CheckName | None = None
    agency: str | None = Field(default=None, max_length=200)
    year: int | None = Field(default=None, ge=0, le=9999)
    since: AwareDatetime | None = Field(default=None, description="Arrived then or later")
    before: AwareDatetime | None = None
    fingerprint: str | None = Field(default=None, pattern="^[0-9a-f]{16}$", description="Read by this parser")
    stale: bool = Field(default=False, description="Not yet parsed by the parser installed here")
    ids: Identities | None = None
    all: bool = False
    engine: Literal["auto", "model", "rules"] = "auto"
    dry_run: bool = Field(default=False, description="Tell what would change, and change nothing")
    force: bool = Field(default=False, description="Show the new result even if it is not better")

    def moment(self, moment: datetime | None) -> float | None:
        """Seconds since 1970."""
        return None if moment is None else moment.timestamp()
