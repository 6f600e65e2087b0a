"""What can go wrong with metrics and gates."""

from __future__ import annotations

from mlpipe.errors import UsageError


class GateSyntaxError(UsageError):
    """A gate that cannot be read."""

    def __init__(self, option: str, text: str, problem: str) -> None:
        self.option = option
        self.text = text
        super().__init__(
            f"{option} {text}: {problem}.",
            remedy=f"Write {option} NAME=VALUE or NAME:low=VALUE, such as accuracy=0.9 or accuracy:low=0.85.",
        )


class GateDirectionError(UsageError):
    """A lower limit on an error, which would fail the better models."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        super().__init__(
            f"--fail-under {text}: {name} is better when smaller.", remedy=f"Write --fail-over {text} instead."
        )
