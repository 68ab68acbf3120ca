"""The rules of a ceremony: what may happen next, and what has happened.

Pure: no disk, device, clock, network or randomness.
"""
