"""The contract's messages, letter for letter; zero values are left out of answers (5.0)."""
