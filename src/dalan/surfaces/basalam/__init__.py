"""Basalam's contract: the gateway's paths, and those of the hosts that were there before it."""
