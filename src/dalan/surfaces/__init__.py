"""How the outside speaks to the marketplace. Holds no rule of it."""
