"""The parts of every screen: text, signs, entries, pictures; none knows a ceremony."""
