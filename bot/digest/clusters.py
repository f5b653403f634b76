"""The second layer: groups of texts that are alike, for what the codebook does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import networkx as nx
import numpy as np

from bot.digest.vectors import Vectors

FEWEST_TEXTS = 50
"""Below this nothing is clustered: at that size groups are mostly chance (docs/decisions, digest)."""
_NEIGHBOURS = 15
_UNLIKE = 0.02
"""Texts that are less alike than this have nothing in common."""
_CALM_UNTIL = 150
"""Texts up to which the resolution is 1; above, it falls, or the number of groups would grow with the texts."""
_BLOCK = 512


def groups_of(vectors: Vectors, texts: Sequence[int]) -> list[list[int]]:
    """Return groups of the texts that are alike, each ordered, larger ones first; a text that is like none is in none.

    Louvain communities over each text's nearest neighbours, with a fixed seed.
    """
    graph = nx.Graph()
    graph.add_nodes_from(texts)
    graph.add_weighted_edges_from(_neighbours(vectors, texts))
    resolution = min(1.0, (_CALM_UNTIL / len(texts)) ** 0.25)
    found = nx.community.louvain_communities(graph, resolution=resolution, seed=0)
    return sorted((sorted(group) for group in found if len(group) > 1), key=lambda group: (-len(group), group))


def _neighbours(vectors: Vectors, texts: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    """Yield each text with its nearest neighbours and how alike they are; in blocks, because all pairs are many."""
    count = min(_NEIGHBOURS, len(texts) - 1)
    for start in range(0, len(texts), _BLOCK):
        block = texts[start : start + _BLOCK]
        likeness = vectors.likeness(block, texts)
        likeness[np.arange(len(block)), start + np.arange(len(block))] = -1.0
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        for row, columns in enumerate(nearest):
            for column in sorted(columns):
                if likeness[row, column] > _UNLIKE:
                    yield block[row], texts[column], float(likeness[row, column])
