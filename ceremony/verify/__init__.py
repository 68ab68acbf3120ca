"""The offline verifier: every claim of a pack derived again from the pack alone."""
