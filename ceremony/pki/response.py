"""How long a batch of requests waited for its answer, and between which two moments.

It begins with the receipt, which is not when the files arrive: it is when the last of
their requests was verified and validated. It ends with the answer: the last certificate
was signed, verified and linted again.

Source: SMKI Interface Design Specification, section 1.2, as the consultation response
    of 8 March 2016, paragraph 5, tells of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
"""How a receipt and an answer are written: UTC, to the second."""

FROM_TO: Final = "from the receipt, all requests verified and validated, to the answer"
"""What a response time is measured from and to, in a few words."""


@dataclass(frozen=True, slots=True)
class Response:
    """The two moments of a batch.

    Attributes:
        received_at: The receipt, ``YYYY-MM-DDTHH:MM:SSZ``; likewise ``answered_at``.
    """

    received_at: str
    answered_at: str

    @property
    def time(self) -> timedelta:
        """Give the response time, to the second; negative where they are reversed.

        Raises:
            ValueError: One of them is no moment.
        """
        return decode_moment(self.answered_at) - decode_moment(self.received_at)

    @property
    def words(self) -> str:
        """Say the response time and what it is measured from and to, e.g. ``1 min``."""
        try:
            seconds = int(self.time.total_seconds())
        except ValueError:
            return "not known, for one of its moments is none"
        sign = "-" if seconds < 0 else ""
        minutes, seconds = divmod(abs(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        told = [f"{hours} h"] if hours else []
        told += [f"{minutes} min"] if hours or minutes else []
        return f"{sign}{' '.join((*told, f'{seconds} s'))}, {FROM_TO}"


def decode_moment(text: str) -> datetime:
    """Read a receipt or an answer.

    Raises:
        ValueError: It is not ``YYYY-MM-DDTHH:MM:SSZ``.
    """
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)
