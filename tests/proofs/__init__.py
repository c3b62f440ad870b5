"""Proofs about the whole: real ``dalan serve`` processes, real sockets, real kills.

Every run proves a little of each; ``make soak races``, ``kills``, ``secrets`` and ``families``
prove it at full size.
"""
