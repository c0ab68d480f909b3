"""The version of Ganvas: it stands in every work, and every floor may ask for it."""

__version__ = "0.1.0"
