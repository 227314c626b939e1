"""Knowledge-graph compliance for trust service providers that issue EU qualified certificates."""

__version__ = "0.1.0"
