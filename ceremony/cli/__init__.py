"""The terminal: one file per command group, over the same commands as the window."""
