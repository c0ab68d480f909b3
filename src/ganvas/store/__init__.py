"""Where works are kept."""
