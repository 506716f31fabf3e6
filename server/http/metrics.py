"""Figures for Prometheus, a registry per app."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What is counted. Labels never hold an id: routes are templates."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "maplehub_request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.active = Gauge("maplehub_requests_active", "Requests being answered.", registry=self.registry)
        self.errors = Counter("maplehub_errors", "Errors nobody foresaw.", registry=self.registry)
        self.limited = Counter(
            "maplehub_rate_limited", "Requests turned away.", ("zone",), registry=self.registry
        )
        self.limiter_failures = Counter(
            "maplehub_rate_limiter_failures",
            "Requests let through because the store of the rate limits did not answer.",
            registry=self.registry,
        )
        self.streams = Gauge("maplehub_streams", "Open streams of events.", registry=self.registry)
        self.sign_ins = Counter(
            "maplehub_sign_ins",
            "Sign-ins by client and outcome.",
            ("client", "outcome"),
            registry=self.registry,
        )
