"""How a record looks on paper: a record in, pages out, and nothing else."""
