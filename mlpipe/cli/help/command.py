"""A command whose help has panels, words for values, examples and a page of the guide."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

from mlpipe.cli.help.examples import EXAMPLES, PAGES
from mlpipe.cli.help.panels import FIRST, PANELS, in_words, panel_of

_ORDER = (FIRST, *PANELS)


class HelpfulCommand(TyperCommand):
    """A command of mlpipe."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The arguments first, as they are typed."""
        options, *arguments = super().collect_usage_pieces(ctx)
        names = (argument.replace("{", "").replace("}", "").replace("…...", "…") for argument in arguments)
        return [*names, options.lower()]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, then panels of options, then examples."""
        arguments: list[tuple[str, str]] = []
        panels: dict[str, list[tuple[str, str]]] = {panel: [] for panel in _ORDER}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            written, told = record
            name = max(parameter.opts, key=len)
            if parameter.param_type_name == "argument":
                arguments.append((written.split(" <")[0], told.replace("  [required]", "")))
            else:
                command = self.name or ""
                panels[panel_of(command, name)].append(in_words(command, name, written, told))
        for title, rows in (("Arguments", arguments), *panels.items()):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_max=30)
        self._write_examples(formatter)

    def _write_examples(self, formatter: Any) -> None:
        examples = EXAMPLES.get(self.name or "", ())
        if examples:
            with formatter.section("Examples"):
                for example in examples:
                    formatter.write(f"{' ' * formatter.current_indent}{example}\n")
        if self.name in PAGES:
            formatter.write(f"\nGuide: mlpipe docs {PAGES[self.name]}\n")
