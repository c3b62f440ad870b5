"""What is counted: plain dicts while the process works, Prometheus text when somebody asks.

Counting a request costs about a microsecond; ``prometheus_client`` is imported by the first
``render``.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.core import Metric

LATENCY_BOUNDS_SECONDS = (
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    10.0,
)

SERIES_MAX = 10_000
"""Different label values kept for one metric; routes are templates, so there are far fewer."""

OVERFLOW = "other"


class Metrics:
    """The counts of one process. Routes are templates, never paths."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str, int], int] = {}
        self._latency: dict[str, list[int]] = {}
        self._latency_sum_seconds: dict[str, float] = {}
        self._counters: dict[tuple[str, str], int] = {}
        self._counter_help: dict[str, tuple[str, str]] = {}
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self.declare("outbox_jobs", "Jobs of the outbox that ended, by how", label="outcome")
        self.declare("outbound_calls", "Calls to apps, by how they ended", label="outcome")

    def request(
        self, surface: str, route: str, status: int, duration_seconds: float, count: int = 1
    ) -> None:
        """Count one answered request, or several that took as long as one another."""
        requests = self._requests
        key = (surface, route, status)
        if key in requests:
            requests[key] += count
        elif len(requests) < SERIES_MAX:
            requests[key] = count
        else:
            key = (surface, OVERFLOW, status)
            requests[key] = requests.get(key, 0) + count
        buckets = self._latency.get(surface)
        if buckets is None:
            buckets = self._latency[surface] = [0] * (len(LATENCY_BOUNDS_SECONDS) + 1)
            self._latency_sum_seconds[surface] = 0.0
        buckets[bisect_left(LATENCY_BOUNDS_SECONDS, duration_seconds)] += count
        self._latency_sum_seconds[surface] += duration_seconds * count

    def declare(self, name: str, help_text: str, *, label: str) -> None:
        """Make a counter known, once; it is shown as ``dalan_<name>_total``."""
        assert name not in self._counter_help, "a counter is declared once"
        self._counter_help[name] = (help_text, label)

    def count(self, name: str, label_value: str, amount: int = 1) -> None:
        """Add to a declared counter under one value of its label."""
        assert name in self._counter_help, "a counter is declared before it counts"
        key = (name, label_value)
        if key not in self._counters and len(self._counters) >= SERIES_MAX:
            key = (name, OVERFLOW)
        self._counters[key] = self._counters.get(key, 0) + amount

    def gauge(self, name: str, help_text: str, read: Callable[[], float]) -> None:
        """Show ``read()`` as ``dalan_<name>``, asked whenever somebody looks: no I/O in it."""
        self._gauges[name] = (help_text, read)

    def render(self) -> bytes:
        """Everything in Prometheus' text format (version 0.0.4), the process's own included."""
        from prometheus_client import (  # noqa: PLC0415 (heavy; most dev worlds are never scraped)
            CollectorRegistry,
            ProcessCollector,
            generate_latest,
        )

        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collector(self))
        ProcessCollector(registry=registry)
        return generate_latest(registry)

    def collect(self) -> Iterator["Metric"]:
        """Everything of ours as Prometheus metrics."""
        from prometheus_client.core import (  # noqa: PLC0415 (as above)
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        requests = CounterMetricFamily(
            "dalan_requests",
            "Requests answered, by route template",
            labels=["surface", "route", "status"],
        )
        for (surface, route, status), amount in list(self._requests.items()):
            requests.add_metric([surface, route, str(status)], amount)
        yield requests

        latency = HistogramMetricFamily(
            "dalan_request_seconds", "Time from request to answer", labels=["surface"]
        )
        bounds = [*map(str, LATENCY_BOUNDS_SECONDS), "+Inf"]
        for surface, buckets in list(self._latency.items()):
            cumulative = list(zip(bounds, accumulate(buckets), strict=True))
            latency.add_metric([surface], cumulative, self._latency_sum_seconds[surface])
        yield latency

        for name, (help_text, label) in self._counter_help.items():
            counter = CounterMetricFamily(f"dalan_{name}", help_text, labels=[label])
            for (counted, label_value), amount in list(self._counters.items()):
                if counted == name:
                    counter.add_metric([label_value], amount)
            yield counter

        for name, (help_text, read) in self._gauges.items():
            yield GaugeMetricFamily(f"dalan_{name}", help_text, value=read())


class _Collector:
    """What a registry asks."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator["Metric"]:
        return self._metrics.collect()
