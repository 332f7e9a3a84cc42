"""The versions of the model that this site has, read once and again when something may have changed."""

from __future__ import annotations

from slicer.i18n import tr as _

from u2ad.errors import U2ADError
from u2ad.models.versions import Listing, ModelStore, Version


class SiteModels:
    """What the pages say and change about the models of this site."""

    def __init__(self) -> None:
        self._listing: Listing | None = None
        self._problem = ""

    @property
    def store(self) -> ModelStore:
        """The store of this site."""
        return ModelStore()

    @property
    def listing(self) -> Listing:
        """All versions, as they were when they were last looked at."""
        if self._listing is None:
            try:
                self._listing, self._problem = self.store.listing(), ""
            except U2ADError as error:
                self._listing = Listing((), "", (), None)
                self._problem = f"{error.problem} {error.remedy}".strip()
        return self._listing

    @property
    def problem(self) -> str:
        """Why it cannot be said which model is used; empty where it can."""
        if self.listing.versions and not self.active:
            return _("It cannot be read which model is in use. Choose one on the page Adapt.")
        return self._problem

    @property
    def active(self) -> str:
        """The version that the next detection uses; empty where that cannot be said."""
        return self.listing.active

    @property
    def lock(self) -> str | None:
        """Why no model may be adapted or changed here, empty words included; None where they may."""
        return self.listing.lock

    def version(self, name: str) -> Version | None:
        """A version by its name, None where there is none."""
        return next((version for version in self.listing.versions if version.id == name), None)

    def lookAgain(self) -> None:
        """Others may have changed them: another window, the command line, an administrator."""
        self._listing = None
