"""The report of a run (report.html) and the card of a model (README.md)."""
