"""The pages of the evidence, one file for each group of questions they answer."""
