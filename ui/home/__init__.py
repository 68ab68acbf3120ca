"""Home: what is open, what falls due, the demo, and a pack to be verified."""
