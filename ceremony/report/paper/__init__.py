"""The paper script: pages that are filled in with a pen, whole or from a step on."""
