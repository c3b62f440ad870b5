"""POD's contract: service calls through one address, and short links behind it."""
