"""The foot of the page Export: the objects of the last export go to an archive, when the reader says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import slicer
from slicer.i18n import tr as _

from u2ad.errors import U2ADError
from u2ad.export.send.destination import Destination, chosen_destination, read_destinations
from u2ad.export.send.sent import AGAIN, Outcome
from u2ad.home import default_root
from u2ad.worker.events import Delivered
from U2ADSlicerLib.panels.messages import toldToReader
from U2ADSlicerLib.process.ending import FINISHED, STOPPED, Ending
from U2ADSlicerLib.process.run import State
from U2ADSlicerLib.process.sending import SendRun


@dataclass(frozen=True, eq=False)
class Sendable:
    """An export that may be sent.

    Args:
        folder: that holds it.
        volume: node of the scan that it is about.
        actions: steps of the review that it holds.
        identifying: names of the attributes in it that tell who the patient is.
        isDeidentified: whether these have been left out on request.
    """

    folder: Path
    volume: Any
    actions: tuple
    identifying: tuple[str, ...]
    isDeidentified: bool


class SendSection:
    """Destinations of the site, the button, and what became of each object; the listener of its :class:`SendRun`."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace
        self.run = SendRun()
        workspace.runs.append(self.run)
        self._sendable: Sendable | None = None
        self._names: tuple[str, ...] = ()
        self._destination = ""
        self._count = 0
        self._delivered: list[Delivered] = []
        self._message = ""
        ui.sendButton.connect("clicked()", self.onSend)

    @property
    def isRunning(self) -> bool:
        """Whether something is being sent."""
        return self.run.state is not State.IDLE

    def offer(self, sendable: Sendable | None) -> None:
        """What may be sent from now on; what was said of the former is forgotten."""
        self._sendable, self._message = sendable, ""

    # What is shown

    def refresh(self) -> None:
        known, problem = _destinations()
        self._showNames(tuple(known))
        self._showStatus(self.run.status, problem)
        if self.isRunning:
            return
        reason = problem or self._reason(known)
        self.ui.sendCombo.setEnabled(bool(known))
        self.ui.sendButton.setText(_("Send ..."))
        self.ui.sendButton.setEnabled(not reason)
        self.ui.sendButton.setToolTip(reason or _("Send the exported DICOM objects there; you are asked before."))

    def _showNames(self, names: tuple[str, ...]) -> None:
        if names == self._names:
            return
        chosen = self.ui.sendCombo.currentText
        self._names = names
        self.ui.sendCombo.clear()
        self.ui.sendCombo.addItems(list(names))
        self.ui.sendCombo.setCurrentIndex(names.index(chosen) if chosen in names else min(0, len(names) - 1))

    def _showStatus(self, status, problem: str = "") -> None:
        self.ui.sendProgress.setVisible(self.isRunning)
        self.ui.sendProgress.setValue(int(100 * status.fraction))
        told = self._soFar() if self.isRunning else self._message or problem or self._unset()
        self.ui.sendStatus.setVisible(bool(told))
        self.ui.sendStatus.setText(told)
        if self.isRunning:
            self.ui.sendCombo.setEnabled(False)
            self.ui.sendButton.setText(_("Cancel"))
            self.ui.sendButton.setToolTip(_("Stop sending; what is stored until then stays there."))
            self.ui.sendButton.setEnabled(self.run.state is State.RUNNING)

    def _soFar(self) -> str:
        return _("Sending to {name}: {done} of {count}.").format(
            name=self._destination, done=len(self._delivered), count=self._count
        )

    def _unset(self) -> str:
        return "" if self._names else _noDestination()

    def _reason(self, known: Mapping[str, Destination]) -> str:
        """Why nothing can be sent now; empty where it can."""
        if not known:
            return _noDestination()
        if self._sendable is None or self._sendable.volume is not self.workspace.volume:
            return _("Export DICOM objects of this scan first: what was exported can be sent.")
        if self.workspace.isBusyBut(self.run):
            return _("Something else is running: wait until it has ended, or cancel it.")
        return ""

    # What the reader does

    def onSend(self) -> None:
        if self.isRunning:
            self.run.cancel()
            return
        with toldToReader():
            self._ask()
        self.workspace.changed()

    def _ask(self) -> None:
        from u2ad.export.sending import objects_of  # with all that writes results: not needed to open the panel

        sendable = self._sendable
        destination = chosen_destination(self.ui.sendCombo.currentText, default_root())
        count = len(objects_of(sendable.folder))
        # Slicer logs what it asks, so the question names attributes without their values.
        question = "\n\n".join(self._question(sendable, destination, count))
        if not slicer.util.confirmOkCancelDisplay(question, windowTitle=_("U2AD")):
            return
        self._destination, self._count, self._delivered, self._message = destination.name, count, [], ""
        self.run.start(sendable.folder, destination.name, self)

    def _question(self, sendable: Sendable, destination: Destination, count: int) -> Iterator[str]:
        yield _("Send {count} DICOM objects to {name}?").format(count=count, name=destination.name)
        yield _identity(sendable)
        if not destination.is_encrypted:
            yield _("The connection is not encrypted.")
        session = self.workspace.session
        if session is not None and session.review.actions != sendable.actions:
            yield _("The review has changed since they were exported: they hold what was said until then.")

    # What the run tells

    def onStatus(self, status) -> None:
        self._showStatus(status)

    def onDelivered(self, delivered: Delivered) -> None:
        self._delivered.append(delivered)
        self._showStatus(self.run.status)

    def onResult(self, folder) -> None:
        """Everything is stored; the end of the run says so."""

    def onEnd(self, ending) -> None:
        self._message = "\n".join(endWords(self._destination, self._count, self._delivered, ending))
        self.workspace.changed()

    def close(self) -> None:
        """The panel goes away: sending ends at once."""
        self.run.close()


def endWords(name: str, count: int, delivered: Sequence[Delivered], ending: Ending) -> Iterator[str]:
    """What became of the objects, and what can be done.

    Args:
        name: of the destination.
        count: of objects that should be sent.
        delivered: what became of those of which it is known.
        ending: of the run.
    """
    outcomes = Counter((one.outcome, one.reason) for one in delivered)
    stored = sum(number for (outcome, _reason), number in outcomes.items() if outcome == Outcome.STORED.value)
    if ending.kind == STOPPED:
        yield _("Stopped.")
    if delivered or ending.kind in (FINISHED, STOPPED):
        yield _("{stored} of {count} objects are stored in {name}.").format(stored=stored, count=count, name=name)
    for (outcome, reason), number in outcomes.items():
        if outcome != Outcome.STORED.value:
            yield f"\u2715 {number} {outcomeWord(outcome)}. {reason}"
    if ending.kind == STOPPED:
        yield _("Of the others it is not certain.") + " " + AGAIN
    elif ending.kind != FINISHED:
        told = ending.remedy if len(delivered) == count else f"{ending.problem} {ending.remedy}"
        yield told.strip()


def outcomeWord(outcome: str) -> str:
    """What became of an object that is not stored."""
    return {
        Outcome.REFUSED.value: _("refused"),
        Outcome.FAILED.value: _("failed: nothing certain is known of it"),
        Outcome.NOT_SENT.value: _("not sent"),
    }[outcome]


def _identity(sendable: Sendable) -> str:
    if sendable.isDeidentified:
        return _("They are de-identified: who the patient is was left out of them.")
    if not sendable.identifying:
        return _("They hold nothing that names the patient, but the UIDs of the images.")
    return _("They tell who the patient is: {names}.").format(names=", ".join(sendable.identifying))


def _destinations() -> tuple[Mapping[str, Destination], str]:
    """What the site has set, and what is wrong with it."""
    try:
        return read_destinations(default_root()), ""
    except U2ADError as error:
        return {}, f"{error.problem} {error.remedy}".strip()


def _noDestination() -> str:
    return _("No archive is set to send to. Your site can set some: see Docs/dicom-out.md.")
