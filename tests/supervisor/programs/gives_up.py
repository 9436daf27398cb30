"""Fails at once, as a service with a wrong setting does."""

raise ValueError("there is no part 7")
