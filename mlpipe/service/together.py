"""Single rows of many clients, answered in one go: ten rows cost little more than one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlpipe.service.refusals import RefusalError

if TYPE_CHECKING:
    from mlpipe.service.answers import Answer, Ask
    from mlpipe.service.json_rows import Row
    from mlpipe.service.served import Served


@dataclass(frozen=True)
class _Waiting:
    """A row, and what its client waits for: its answer, or None where it is to be answered alone."""

    served: Served
    row: Row
    ask: Ask
    answer: asyncio.Future[Answer | None]

    @property
    def alike(self) -> tuple[int, Ask, frozenset[str]]:
        """What rows of one go have in common: the model, what is asked, the columns."""
        return id(self.served), self.ask, frozenset(self.row)


class Together:
    """Gathers the rows that arrive in the same turn of the event loop.

    A row's numbers do not depend on the rows beside it, so no client sees another's. Where one of the rows is refused,
    each is answered alone.
    """

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    async def answer(self, served: Served, row: Row, ask: Ask) -> Answer:
        """Answer one row.

        Raises
        ------
        RefusalError
            As for the row alone.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(served, row, ask, loop.create_future())
        self._waiting.append(waiting)
        if not self._waiting[1:]:
            loop.call_soon(self._answer_all)
        return await waiting.answer or served.answerer.answer_rows([row], ask)

    def _answer_all(self) -> None:
        gathered, self._waiting = self._waiting, []
        alike: dict[tuple[int, Ask, frozenset[str]], list[_Waiting]] = {}
        for waiting in gathered:
            alike.setdefault(waiting.alike, []).append(waiting)
        try:
            for group in alike.values():
                _answer(group)
        finally:
            for waiting in gathered:
                if not waiting.answer.done():
                    waiting.answer.set_result(None)


def _answer(group: list[_Waiting]) -> None:
    first = group[0]
    if not group[1:]:
        return
    try:
        answer = first.served.answerer.answer_rows([waiting.row for waiting in group], first.ask, of_many=True)
    except RefusalError:
        return
    if answer.rejects:
        return
    for waiting, one in zip(group, answer.rows_apart(), strict=True):
        if not waiting.answer.done():  # a client may have gone
            waiting.answer.set_result(one)
