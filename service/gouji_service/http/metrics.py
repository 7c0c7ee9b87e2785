"""What Prometheus is told. Each app has its own registry, so that two in one process do not count together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gouji.results import Recovery
from gouji_service.problems import error_to_problem

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_CONFIDENCE = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)


class Metrics:
    """Parses by engine and outcome, their latency, the confidence of reports, and the length of the queues."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._parses = Counter(
            "gouji_parses",
            "Parses by the engine asked for, what scored the tables (model, rules, both), and outcome (ok, or a code)",
            ("engine", "read_by", "outcome"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "gouji_parse_seconds",
            "Time of a parse, waiting for a worker included",
            ("engine",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._confidence = Histogram(
            "gouji_report_confidence",
            "Confidence of the reports parsed",
            ("engine",),
            buckets=_CONFIDENCE,
            registry=self.registry,
        )
        self._items = Gauge("gouji_job_items_waiting", "Reports of open jobs not yet done", registry=self.registry)
        self._requests = Gauge("gouji_parses_under_way", "Requests that parse or wait", registry=self.registry)

    @contextmanager
    def count_parse(self, engine: str) -> Iterator[list[Recovery]]:
        """Count what happens inside; the result is put into the list that is given."""
        began = time.perf_counter()
        result: list[Recovery] = []
        try:
            yield result
        except Exception as error:
            self._parses.labels(engine, "none", error_to_problem(error).code).inc()
            raise
        finally:
            self._seconds.labels(engine).observe(time.perf_counter() - began)
        for recovery in result:
            engines = {table.engine for table in recovery.tables.values() if table.engine}
            read_by = "both" if len(engines) > 1 else next(iter(engines), "none")
            self._parses.labels(engine, read_by, "ok").inc()
            self._confidence.labels(engine).observe(recovery.confidence)

    def expose(self, *, items: int, requests: int) -> bytes:
        """The text that a scrape is answered with."""
        self._items.set(items)
        self._requests.set(requests)
        return bytes(generate_latest(self.registry))
