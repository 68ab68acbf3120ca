"""The projector: what the whole room reads; public values and nothing else."""
