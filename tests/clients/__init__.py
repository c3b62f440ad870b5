"""OAuth client libraries as their users install them, against a running platform."""
