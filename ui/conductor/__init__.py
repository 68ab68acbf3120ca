"""The conductor: the operator laptop in the room, one current step at a time."""
