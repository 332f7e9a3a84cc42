"""U2AD's network: a masked-autoencoder vision transformer that rebuilds hidden patches of healthy cord.

Source: U2AD, Medical Image Analysis 109:103939 (2026), and Edge-MAE of MT-Net, doi 10.1109/TMI.2023.3288001.
It differs from the paper in what it looks at: windows of the straightened cord instead of whole slices, patches
of 3 mm instead of 6 mm, and the share of cord as a second channel, which the decoder knows for hidden patches
too, so that the partial-volume rim of the cord is not taken for an anomaly. An informed network also knows what the
same place of the cross-section shows above and below, rebuilds the difference to it, and says how far it may be off.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import NamedTuple

import torch
from monai.networks.blocks.pos_embed_utils import build_sincos_position_embedding
from monai.networks.blocks.transformerblock import TransformerBlock
from torch import nn

FIRST_SPREAD = -3.5
"""Where the logarithm of the expected error starts: 0.03 on the common scale, that of healthy cord."""

DARKEST = 0.01
"""The expected signal is kept this far from 0 and 1, where its logit has no bound."""


@dataclass(frozen=True)
class AutoencoderSize:
    """Dimensions of the network.

    Args:
        window: rows (along the cord) and columns (antero-posterior) of the input.
        patch: side of a token in pixels.
        width: channels of the encoder; ``decoder_width`` of the decoder.
        depth: blocks of the encoder; ``decoder_depth`` of the decoder.
        heads: attention heads; ``decoder_heads`` of the decoder.
        fused_attention: use PyTorch's fused scaled-dot-product attention.
        informed: know the expected signal and the cord of the neighbouring slices, also for hidden patches.
    """

    window: tuple[int, int] = (64, 32)
    patch: int = 4
    width: int = 96
    depth: int = 6
    heads: int = 4
    decoder_width: int = 64
    decoder_depth: int = 3
    decoder_heads: int = 4
    fused_attention: bool = True
    informed: bool = True

    @property
    def channels(self) -> int:
        """Channels of the input: intensity and cord fraction; informed, the expected signal and neighbouring cord."""
        return 4 if self.informed else 2

    @property
    def tokens(self) -> tuple[int, int]:
        """Tokens along the rows and columns."""
        return self.window[0] // self.patch, self.window[1] // self.patch


class Rebuilt(NamedTuple):
    """All patches as the network rebuilds them, each (B, L, patch * patch).

    Args:
        intensity: 0 to 1.
        edges: 0 to 1.
        spread: logarithm of the expected absolute error of the intensity; None from a network that is not informed.
    """

    intensity: torch.Tensor
    edges: torch.Tensor
    spread: torch.Tensor | None


class MaskedAutoencoder(nn.Module):
    """Rebuilds intensity and edges of hidden patches from the visible ones.

    The input is (B, channels, rows, columns): normalised intensity, cord fraction and, for an informed network, the
    expected signal and the cord fraction of the neighbouring slices; all 0 to 1.
    """

    def __init__(self, size: AutoencoderSize | None = None) -> None:
        super().__init__()
        self.size = size = size or AutoencoderSize()
        pixels = size.patch**2
        self.embed = nn.Conv2d(size.channels, size.width, size.patch, size.patch)
        self.encoder = _blocks(size.depth, size.width, size.heads, size.fused_attention)
        self.encoded = nn.LayerNorm(size.width)
        self.bridge = nn.Linear(size.width, size.decoder_width)
        self.hidden_token = nn.Parameter(torch.zeros(1, 1, size.decoder_width))
        self.embed_known = nn.Linear(pixels * (size.channels - 1), size.decoder_width)
        self.decoder = _blocks(size.decoder_depth, size.decoder_width, size.decoder_heads, size.fused_attention)
        self.decoded = nn.LayerNorm(size.decoder_width)
        self.intensity_head = nn.Linear(size.decoder_width, pixels)
        self.edge_head = nn.Linear(size.decoder_width, pixels)
        self.spread_head = nn.Linear(size.decoder_width, pixels) if size.informed else None
        self.expected_share = nn.Parameter(torch.ones(())) if size.informed else None
        self.register_buffer("place", _places(size, size.width), persistent=False)
        self.register_buffer("decoder_place", _places(size, size.decoder_width), persistent=False)
        self.apply(_initialise)
        nn.init.normal_(self.hidden_token, std=0.02)
        if self.spread_head is not None:
            nn.init.zeros_(self.intensity_head.weight)  # the expected signal is where the network starts from
            nn.init.constant_(self.spread_head.bias, FIRST_SPREAD)

    def forward(self, windows: torch.Tensor, visible: torch.Tensor) -> Rebuilt:
        """Rebuild all patches from the visible ones.

        Args:
            windows: (B, channels, rows, columns).
            visible: indices of the tokens that may be seen, (B, V).
        """
        tokens = self.embed(windows).flatten(2).transpose(1, 2) + self.place
        seen = _take(tokens, visible)
        for block in self.encoder:
            seen = block(seen)
        seen = self.bridge(self.encoded(seen))
        known = [to_patches(channel, self.size.patch) for channel in windows[:, 1:].unbind(dim=1)]
        rebuilt = self.hidden_token + self.embed_known(torch.cat(known, dim=2))
        rebuilt = rebuilt.scatter(1, visible[..., None].expand(-1, -1, rebuilt.shape[-1]), seen) + self.decoder_place
        for block in self.decoder:
            rebuilt = block(rebuilt)
        rebuilt = self.decoded(rebuilt)
        intensity, edges = self.intensity_head(rebuilt), torch.sigmoid(self.edge_head(rebuilt))
        if self.spread_head is None or self.expected_share is None:
            return Rebuilt(torch.sigmoid(intensity), edges, None)
        expected = self.expected_share * torch.logit(known[1], eps=DARKEST)
        return Rebuilt(torch.sigmoid(expected + intensity), edges, self.spread_head(rebuilt))


def to_patches(images: torch.Tensor, patch: int) -> torch.Tensor:
    """Cut (B, rows, columns) into tokens in row-major order, (B, L, patch * patch)."""
    return nn.functional.unfold(images[:, None], patch, stride=patch).transpose(1, 2)


def from_patches(tokens: torch.Tensor, patch: int, window: tuple[int, int]) -> torch.Tensor:
    """Undo :func:`to_patches`: (B, L, patch * patch) to (B, rows, columns)."""
    return nn.functional.fold(tokens.transpose(1, 2), window, patch, stride=patch)[:, 0]


def _take(tokens: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    return tokens.gather(1, indices[..., None].expand(-1, -1, tokens.shape[-1]))


def _blocks(depth: int, width: int, heads: int, fused: bool) -> nn.ModuleList:
    return nn.ModuleList(
        TransformerBlock(width, 4 * width, heads, qkv_bias=True, use_flash_attention=fused) for _ in range(depth)
    )


def _places(size: AutoencoderSize, width: int) -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.meshgrid", category=UserWarning)  # MONAI 1.6
        return build_sincos_position_embedding(list(size.tokens), width, spatial_dims=2).detach()


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.xavier_uniform_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
