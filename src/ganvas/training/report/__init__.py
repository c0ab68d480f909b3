"""The report of a run and the card of a model."""
