"""The console's pages, a module for each, with the JSON that says the same to scripts.

A module has ``PAGES``, handlers under ``/console``, and ``API``, handlers under ``/console/api``.
"""
