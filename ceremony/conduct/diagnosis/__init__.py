"""What the doctor makes of gathered facts: pure functions from facts to lines."""
