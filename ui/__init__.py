"""The desktop: windows over the same core, commands and views as the terminal."""
