"""The side effects, and only here: device, disk and clock meet the rules."""
