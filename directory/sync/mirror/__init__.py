"""A verified copy of another directory: asking its origin, judging what comes, keeping watch."""
