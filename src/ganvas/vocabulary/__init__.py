"""What two floors share: pure and bounded records, no input or output of their own."""
