"""Benchmarks of training: speed, the ring, modes."""
