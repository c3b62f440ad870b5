"""Dev only: what a furnished world is made of.

Its pictures and posts are modules of their own, ``world.pictures`` and ``world.content``, so
that starting up does not load the drawing library.
"""
