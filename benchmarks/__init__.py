"""What is measured, how and against what: see README.md. Run with ``python -m benchmarks``."""
