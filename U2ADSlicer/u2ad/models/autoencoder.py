"""The masked autoencoder with its weights, as it is trained and used."""

from __future__ import annotations

from dataclasses import dataclass, replace

from u2ad.errors import U2ADError
from u2ad.models.manifest import STARTER_FOLDER, Manifest, read_manifest
from u2ad.models.masked_autoencoder import AutoencoderSize, MaskedAutoencoder
from u2ad.models.store import digest_of, load
from u2ad.models.versions import CHOOSE_STARTER, NAME, STARTER, Version


@dataclass(frozen=True, eq=False)
class Autoencoder:
    """A trained network.

    Args:
        network: in evaluation mode.
        manifest: of its weights.
        version: "starter", or the site's version.
    """

    network: MaskedAutoencoder
    manifest: Manifest
    version: str = STARTER


def load_autoencoder(version: Version | None = None) -> Autoencoder:
    """A version of the network, the starter where None.

    Raises:
        U2ADError: if the weights are missing, damaged, or made for another network.
    """
    name, folder = (STARTER, STARTER_FOLDER) if version is None else (version.id, version.folder)
    manifest = read_manifest(NAME, folder)
    try:
        network = build(manifest)
        load(network, manifest, folder)
    except (U2ADError, TypeError, KeyError) as error:
        if name == STARTER:
            raise
        problem = f"The version {name} of this site's model is damaged, or made for another version of the program."
        raise U2ADError(problem, CHOOSE_STARTER) from error
    return Autoencoder(network.eval(), manifest, name)


def named(network: MaskedAutoencoder, manifest: Manifest) -> Autoencoder:
    """A network that was just trained, named by its weights as :func:`u2ad.models.store.save` will write them."""
    digest = digest_of(network)
    return Autoencoder(network.eval(), replace(manifest, sha256=digest), digest[:12])


def build(manifest: Manifest) -> MaskedAutoencoder:
    """The network of a manifest, with random weights."""
    size = dict(manifest.network)
    return MaskedAutoencoder(AutoencoderSize(**{**size, "window": tuple(size["window"])}))
