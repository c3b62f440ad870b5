"""``python -m tools.contract``: our answers beside the published contracts."""
