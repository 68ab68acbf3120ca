"""A person's turn: the laptop is handed over, and the turn is theirs alone."""
