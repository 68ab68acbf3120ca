"""The register: what exists now, as tables that can always be made again."""
