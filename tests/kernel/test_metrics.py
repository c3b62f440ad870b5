import subprocess
import sys
import timeit

from dalan.kernel.metrics import SERIES_MAX, Metrics


def test_requests_are_counted_by_surface_route_and_status() -> None:
    metrics = Metrics()

    metrics.request("kenar", "/finder/post/{token}", 200, 0.003)
    metrics.request("kenar", "/finder/post/{token}", 200, 0.3)
    metrics.request("web", "/", 500, 100.0)

    text = metrics.render().decode()
    labels = 'route="/finder/post/{token}",status="200",surface="kenar"'
    assert f"dalan_requests_total{{{labels}}} 2.0" in text
    assert 'dalan_request_seconds_bucket{le="0.0025",surface="kenar"} 0.0' in text
    assert 'dalan_request_seconds_bucket{le="0.005",surface="kenar"} 1.0' in text
    assert 'dalan_request_seconds_bucket{le="+Inf",surface="kenar"} 2.0' in text
    assert 'dalan_request_seconds_count{surface="kenar"} 2.0' in text
    assert 'dalan_request_seconds_sum{surface="kenar"} 0.303' in text
    assert 'dalan_request_seconds_bucket{le="10.0",surface="web"} 0.0' in text
    assert 'dalan_request_seconds_bucket{le="+Inf",surface="web"} 1.0' in text


def test_counters_and_gauges_are_shown() -> None:
    metrics = Metrics()

    metrics.count("outbound_calls", "answered")
    metrics.count("outbound_calls", "timeout", 2)
    metrics.gauge("outbox_waiting", "Jobs that wait", lambda: 7)

    text = metrics.render().decode()
    assert 'dalan_outbound_calls_total{outcome="answered"} 1.0' in text
    assert 'dalan_outbound_calls_total{outcome="timeout"} 2.0' in text
    assert "dalan_outbox_waiting 7.0" in text
    assert "process_cpu_seconds_total" in text


def test_series_do_not_grow_without_end() -> None:
    metrics = Metrics()

    for number in range(SERIES_MAX + 100):
        metrics.request("web", f"/{number}", 200, 0.001)

    text = metrics.render().decode()
    assert text.count("dalan_requests_total{") <= SERIES_MAX + 1
    assert 'dalan_requests_total{route="other",status="200",surface="web"} 100.0' in text


def test_counting_a_request_is_cheap() -> None:
    metrics = Metrics()

    def count() -> None:
        metrics.request("kenar", "/finder/post/{token}", 200, 0.003)

    best = min(timeit.repeat(count, number=5_000, repeat=5)) / 5_000

    # One microsecond is meant; this only catches a change of order.
    assert best < 15e-6


def test_counting_needs_no_prometheus() -> None:
    program = (
        "import sys; from dalan.kernel.metrics import Metrics;"
        "Metrics().request('web', '/', 200, 0.1);"
        "assert 'prometheus_client' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
