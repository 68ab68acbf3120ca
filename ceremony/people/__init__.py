"""Who takes part: people, the roster, the quorum and what a person attests to."""
