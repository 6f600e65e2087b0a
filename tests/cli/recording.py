"""A command line whose steps only write down what they were asked."""

import inspect
from functools import cache
from importlib import import_module
from unittest import mock

import typer.main
from typer import Typer
from typer.testing import CliRunner

from mlpipe.cli.main import build_app


class ReachedError(Exception):
    """Raised by the recorder in place of the step's work: nothing after the call is tested here."""

    def __init__(self, asked):
        super().__init__()
        self.asked = asked


@cache
def command_line():
    """The application as typer builds it from our functions, which takes a while: once for all tests."""
    return typer.main.get_command(build_app())


def invoke(*arguments, stdin=None):
    """Run the command line in this process."""
    with mock.patch("typer.testing._get_command", return_value=command_line()):
        return CliRunner().invoke(Typer(), [str(argument) for argument in arguments], input=stdin)


def asked_of(monkeypatch, command, arguments):
    """What the step of `command` is called with, by the names of its own parameters, for a command line."""
    module = import_module(f"mlpipe.steps.{command}")
    signature = inspect.signature(getattr(module, command))

    def recorder(*args, **kwargs):
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        raise ReachedError(dict(bound.arguments))

    monkeypatch.setattr(module, command, recorder)
    done = invoke(command, *arguments)
    assert isinstance(done.exception, ReachedError), (done.output, done.exception)
    return done.exception.asked


def found(asked, place):
    """`place` names an argument and then attributes of it: `params.read.delimiter`."""
    first, *rest = place.split(".")
    value = asked[first]
    for name in rest:
        value = getattr(value, name)
    return value
