"""POD's messages, letter for letter."""
