"""The one exception family: what is wrong with the input, and what to do about it."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command ``u2ad`` returns to the shell."""

    OK = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    UNREADABLE = 4
    OUTPUT = 5
    INTERRUPTED = 130


class U2ADError(Exception):
    """A failure that a reader can act on.

    Args:
        problem: what is wrong, one sentence, no names or paths of a patient.
        remedy: what to do, one sentence, as true in a window as in a shell; empty where the problem says it all.
        option: of the command line by which it is done, such as "--source", or its command; told there alone.
    """

    exit_code = ExitCode.FAILED

    def __init__(self, problem: str, remedy: str = "", *, option: str = "") -> None:
        super().__init__(f"{problem} {remedy}".strip())
        self.problem = problem
        self.remedy = remedy
        self.option = option


def in_shell(remedy: str, option: str) -> str:
    """A remedy as the command line tells it: with its option, where there is one."""
    return f"{remedy} ({option})" if option else remedy


class UnreadableInputError(U2ADError):
    """The file or folder is not an image that can be read."""

    exit_code = ExitCode.UNREADABLE


class RefusedInputError(U2ADError):
    """The image was read, but detection on it would be meaningless."""

    exit_code = ExitCode.REFUSED


class OutputError(U2ADError):
    """The result cannot be written where it was asked to go."""

    exit_code = ExitCode.OUTPUT


class Cancelled(U2ADError):
    """The run was stopped on request."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__("Stopped on request; no result was written.")
