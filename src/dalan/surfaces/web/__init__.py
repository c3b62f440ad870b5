"""Pages for people with browsers."""
