"""What adaptation to this scanner will work on, and which model is in use."""

from __future__ import annotations

from slicer.i18n import tr as _

from u2ad.review.decision import Decision


class AdaptPage:
    """Says which model made the result and what the review has gathered for an adaptation."""

    def __init__(self, ui, workspace) -> None:
        self.ui = ui
        self.workspace = workspace

    def refresh(self) -> None:
        self.ui.adaptLabel.setText("\n\n".join(self._sentences()))

    def _sentences(self):
        yield _(
            "This version does not yet adapt the model to your scanner. It will never do so by itself: adaptation "
            "will be a separate step that you start, compare and can take back."
        )
        session = self.workspace.session
        if session is None or not session.hasResult:
            yield _("After a detection, this page says which model made the result.")
            return
        provenance = session.document["provenance"]
        weights = ", ".join(f"{file['name']} {file['sha256'][:12]}" for file in provenance["weights"])
        yield _("Detector: {name}. Weights: {weights}.").format(
            name=provenance["detector"], weights=weights or _("none")
        )
        counts = session.review.counts
        yield _(
            "What you decide is kept for it: confirmed findings ({confirmed}) will never be trained on, rejected ones "
            "({rejected}) will be learned as normal, undecided and unsure ones will be left out."
        ).format(confirmed=counts[Decision.CONFIRMED], rejected=counts[Decision.REJECTED])
