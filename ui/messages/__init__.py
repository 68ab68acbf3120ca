"""Every sentence of the windows, one file to a screen; no other room holds any.

Sentences are marked for translation and spoken through :func:`ui.messages.speech.say`.
"""
