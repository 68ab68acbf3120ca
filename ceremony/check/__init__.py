"""Is the script sound: what can be found before people travel."""
