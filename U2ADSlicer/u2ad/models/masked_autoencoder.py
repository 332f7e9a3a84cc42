"""U2AD's network: a masked-autoencoder vision transformer that rebuilds hidden patches of healthy cord.

Source: U2AD, Medical Image Analysis 109:103939 (2026), and Edge-MAE of MT-Net, doi 10.1109/TMI.2023.3288001.
It differs from the paper in what it looks at: windows of the straightened cord instead of whole slices, patches
of 3 mm instead of 6 mm, and the share of cord as a second channel, which the decoder knows for hidden patches
too, so that the partial-volume rim of the cord is not taken for an anomaly.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import torch
from monai.networks.blocks.pos_embed_utils import build_sincos_position_embedding
from monai.networks.blocks.transformerblock import TransformerBlock
from torch import nn


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

    @property
    def tokens(self) -> tuple[int, int]:
        """Tokens along the rows and columns."""
        return self.window[0] // self.patch, self.window[1] // self.patch


class MaskedAutoencoder(nn.Module):
    """Rebuilds intensity and edges of hidden patches from the visible ones.

    The input is (B, 2, rows, columns): normalised intensity 0 to 1 and cord fraction 0 to 1.
    """

    def __init__(self, size: AutoencoderSize | None = None) -> None:
        super().__init__()
        self.size = size = size or AutoencoderSize()
        pixels = size.patch**2
        self.embed = nn.Conv2d(2, size.width, size.patch, size.patch)
        self.encoder = _blocks(size.depth, size.width, size.heads, size.fused_attention)
        self.encoded = nn.LayerNorm(size.width)
        self.bridge = nn.Linear(size.width, size.decoder_width)
        self.hidden_token = nn.Parameter(torch.zeros(1, 1, size.decoder_width))
        self.embed_fraction = nn.Linear(pixels, size.decoder_width)
        self.decoder = _blocks(size.decoder_depth, size.decoder_width, size.decoder_heads, size.fused_attention)
        self.decoded = nn.LayerNorm(size.decoder_width)
        self.intensity_head = nn.Linear(size.decoder_width, pixels)
        self.edge_head = nn.Linear(size.decoder_width, pixels)
        self.register_buffer("place", _places(size, size.width), persistent=False)
        self.register_buffer("decoder_place", _places(size, size.decoder_width), persistent=False)
        self.apply(_initialise)
        nn.init.normal_(self.hidden_token, std=0.02)

    def forward(self, windows: torch.Tensor, visible: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Rebuild all patches from the visible ones.

        Args:
            windows: (B, 2, rows, columns).
            visible: indices of the tokens that may be seen, (B, V).

        Returns:
            Intensity and edges, each (B, L, patch * patch), 0 to 1.
        """
        tokens = self.embed(windows).flatten(2).transpose(1, 2) + self.place
        seen = _take(tokens, visible)
        for block in self.encoder:
            seen = block(seen)
        seen = self.bridge(self.encoded(seen))
        rebuilt = self.hidden_token + self.embed_fraction(to_patches(windows[:, 1], self.size.patch))
        rebuilt = rebuilt.scatter(1, visible[..., None].expand(-1, -1, rebuilt.shape[-1]), seen) + self.decoder_place
        for block in self.decoder:
            rebuilt = block(rebuilt)
        rebuilt = self.decoded(rebuilt)
        return torch.sigmoid(self.intensity_head(rebuilt)), torch.sigmoid(self.edge_head(rebuilt))


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
