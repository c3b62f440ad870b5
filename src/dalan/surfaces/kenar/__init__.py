"""Kenar's contract: all three generations of it, by path, on one host."""
