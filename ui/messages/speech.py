"""How a sentence is spoken: translated, then filled with facts.

``pyside6-lupdate`` finds the sentences by their mark, ``QT_TRANSLATE_NOOP``, under
one context.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

CONTEXT: Final = "ceremony"


def QT_TRANSLATE_NOOP(context: str, sentence: str) -> str:  # noqa: N802  the name that lupdate looks for
    """Mark a sentence for translation and give it back."""
    del context
    return sentence


def say(sentence: str, **facts: object) -> str:
    """Speak a sentence in the language in use.

    Args:
        sentence: One of this room's sentences, in English.
        facts: What its places in braces stand for; put in as they are.
    """
    return QCoreApplication.translate(CONTEXT, sentence).format(**facts)
