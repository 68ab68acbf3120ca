"""What shall happen: the script as it is written, approved and carried out."""
