"""``u2ad model``: the versions of this site's model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

model = typer.Typer(help="List, choose, take back and carry versions of the model.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="starter, or one of u2ad model list.")]


@model.command("list")
def list_() -> None:
    """List the versions of this site."""
    from u2ad.cli import show_versions
    from u2ad.models.versions import ModelStore

    show_versions.listing(ModelStore().listing())


@model.command()
def keep(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="What u2ad adapt has written.")]) -> None:
    """Keep an adapted model and use it from now on."""
    from u2ad.models.versions import ModelStore

    typer.echo(f"Version {ModelStore().keep(folder).id} is used from now on.")


@model.command()
def use(version: Id) -> None:
    """Use a version from now on."""
    from u2ad.models.versions import ModelStore

    typer.echo(f"Version {ModelStore().use(version).id} is used from now on.")


@model.command()
def rollback() -> None:
    """Go back to the version from which the present one was adapted."""
    from u2ad.models.versions import ModelStore

    typer.echo(f"Version {ModelStore().roll_back().id} is used from now on.")


@model.command()
def discard(version: Id) -> None:
    """Remove a version that is not in use, for good."""
    from u2ad.models.versions import ModelStore

    ModelStore().discard(version)
    typer.echo(f"Version {version} is gone.")


@model.command()
def lock(reason: Annotated[str, typer.Argument(help="Told to everybody who wants to change something.")] = "") -> None:
    """Lock the site: no model is adapted, chosen or removed."""
    from u2ad.models.versions import ModelStore

    ModelStore().lock(reason)
    typer.echo("The models of this site are locked.")


@model.command()
def unlock() -> None:
    """Take the lock away."""
    from u2ad.models.versions import ModelStore

    ModelStore().unlock()
    typer.echo("The models of this site are not locked.")


@model.command()
def export(version: Id, file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="Must not exist yet.")]) -> None:
    """Write a version as one file, for another site. It holds no scan, but was made from some: ask who may have it."""
    from u2ad.models.versions import ModelStore

    typer.echo(f"Written: {ModelStore().export(version, file)}")


@model.command("import")
def import_(file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="What u2ad model export has made.")]) -> None:
    """Take a version from another site; it is not used before you say so."""
    from u2ad.models.versions import ModelStore

    version = ModelStore().import_file(file)
    typer.echo(f"Version {version.id} is here. Use it: u2ad model use {version.id}")
