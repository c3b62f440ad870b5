"""A developer's own window into a dev world, and the levers beside it. A real one has neither.

``workshop`` holds the tools, one for each platform: what went over the wire (``traffic``), trouble
made to order (``faults``), the clock and the world's snapshots (``time``). ``sections`` are the
pages and their JSON, ``app`` puts them together. It is loaded with the first page asked for;
nothing here is imported before that but the workshop.
"""
