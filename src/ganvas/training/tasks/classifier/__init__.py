"""Classifiers for benchmarks."""
