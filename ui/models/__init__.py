"""Qt models, thin over the frozen rows of a view: they hold no facts of their own."""
