"""How it looks: one palette in three forms, the bundled type, the style sheet."""
