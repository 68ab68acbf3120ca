"""The evidence writer: from the journal to one sealed, signed PDF/A-3b file."""
