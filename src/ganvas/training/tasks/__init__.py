"""Tasks: each is data, networks and objective, and nothing else."""
