"""How the command ends: every error becomes a message that a reader can act on, and an exit code."""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from u2ad.errors import Cancelled, ExitCode, U2ADError, in_shell
from u2ad.fault import FULL_MEMORY, ROOM_IN_MEMORY, fault_of, is_full_memory
from u2ad.stop import STOP
from u2ad.threads import wait_patiently


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``u2ad`` with the arguments of the shell (or those given) and leave with its exit code."""
    wait_patiently()
    given = list(sys.argv[1:] if arguments is None else arguments)
    code = _run(given, debug="--debug" in given[:1])
    if STOP.requested:
        _leave_at_once(code)
    sys.exit(code)


def _leave_at_once(code: int) -> NoReturn:
    """Everything is cleaned up: do not wait the seconds that Python takes to take PyTorch apart."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # the window may be closed
            stream.flush()
    os._exit(code)


def _run(arguments: list[str], debug: bool) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a log in an old code page costs a letter, not the run
    STOP.listen()  # before anything that takes time
    if not debug:
        _quieten()
    try:
        from u2ad.cli.app import app

        app(arguments, prog_name="u2ad")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else ExitCode.OK
        return _tell_stopped() if STOP.requested else code
    except (Exception, KeyboardInterrupt) as error:
        return _tell_stopped() if STOP.requested else _tell(error, debug)
    return ExitCode.OK


def _quieten() -> None:
    """Keep the chatter of the libraries to themselves: a reader can do nothing about it, and it may name files."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def _tell_stopped() -> int:
    with suppress(OSError, SystemExit):  # nobody may be left to read it: rich leaves where a pipe is broken
        _tell(Cancelled(), debug=False)
    return ExitCode.INTERRUPTED


def _tell(error: BaseException, debug: bool) -> int:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    if debug and not isinstance(error, Cancelled):
        console.print("".join(traceback.format_exception(error)), markup=False, soft_wrap=True)
    if isinstance(error, U2ADError):
        between = "\n" if "\n" in error.problem.strip() else " "  # lists end with their remedy on a line of its own
        message = Text.assemble(
            (error.problem.strip(), "bold red"), between, (in_shell(error.remedy, error.option), "red")
        )
        message.rstrip()
        console.print(message, soft_wrap=True)
        return error.exit_code
    console.print(Text(_fault(error), "red"), soft_wrap=True)
    return ExitCode.FAILED


def _fault(error: BaseException) -> str:
    """An error that nobody foresaw, in words."""
    if is_full_memory(error):
        return f"{FULL_MEMORY} {ROOM_IN_MEMORY}"
    return (
        f"{fault_of(error)} Please report this line in the issue list of the project from which you have u2ad. "
        "`u2ad --debug ...` with the same arguments shows the details; read them before you pass them on, for they may "
        "hold names of files."
    )
