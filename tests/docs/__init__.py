"""The repository's own documents: what they say exists, exists."""
