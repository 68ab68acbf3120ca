"""What happened: leaves, their tree, signed checkpoints and the store of all these."""
