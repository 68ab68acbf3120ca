"""Let ``python -m ceremony`` be the command ``ceremony``."""

from ceremony.cli.app import main

main()
