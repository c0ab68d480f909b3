"""What a person can do, whatever interface they use."""
