"""Inspector («بازرس»): a sample app that puts an inspection report on a post.

Written as anybody outside would write it: it knows the platform only by its HTTP API. Start
reading at ``people.py``, which is the story in order; README.md says what each file is for.
"""
