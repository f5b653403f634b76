"""How well themes are found, and how long it takes.

`python -m tests.bench.themes FOLDER` reads labelled short texts from a folder of JSON lines (`text`, `label`, `lang`,
for ArgKP also `group`) and prints JSON. The sets are not part of the project; without a folder only the codebook is
measured, on answers to made-up questions that were labelled by hand before the codebook was written.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score, normalized_mutual_info_score

from bot.answers import Answer
from bot.digest import Codebook, find_themes
from bot.digest.clusters import FEWEST_TEXTS, groups_of
from bot.digest.codebook import Matcher
from bot.digest.vectors import vectors_of
from bot.ids import PageKey
from prompts.codebook import SHIPPED, load_codebook

_LABELLED = Path(__file__).parent / "answers_with_themes.jsonl"
_SETS = ("clinc30_skewed_en", "sib200_en", "sib200_nl_otherhalf", "xsid_de", "xsid_en")
_LARGE = 10_000

Row = Mapping[str, Any]


def measure(folder: Path | None) -> dict[str, Any]:
    """Measure everything that there are texts for."""
    measured: dict[str, Any] = {"codebook": codebook_alone()}
    if folder is not None and folder.is_dir():
        arguments = _rows(folder / "argkp_train_en.jsonl")
        measured["argkp, per question and side"] = _averaged(_by(arguments, lambda row: row["group"]))
        measured["argkp, per question"] = _averaged(_by(arguments, lambda row: row["group"].split(" / ")[0]))
        measured |= {name: _scores(_rows(folder / f"{name}.jsonl")) for name in _SETS}
        measured["seconds for 10,000 voices"] = _seconds(arguments)
    return measured


def codebook_alone() -> dict[str, float]:
    """Compare the themes that the codebook gives each answer with those given by hand."""
    matcher = Matcher(load_codebook(SHIPPED / "change.yaml"))
    right = given = wanted = 0
    for row in _rows(_LABELLED):
        found, labelled = set(matcher.themes_of(row["text"], row["lang"])), set(row["themes"])
        right, given, wanted = right + len(found & labelled), given + len(found), wanted + len(labelled)
    return {"precision": round(right / given, 3), "recall": round(right / wanted, 3)}


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _by(rows: Iterable[Row], key: Callable[[Row], str]) -> list[list[Row]]:
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return [group for group in groups.values() if len(group) >= FEWEST_TEXTS]


def _averaged(groups: Sequence[Sequence[Row]]) -> dict[str, float]:
    scores = [_scores(group) for group in groups]
    return {name: round(mean(score[name] for score in scores), 3) for name in scores[0]}


def _scores(rows: Sequence[Row]) -> dict[str, float]:
    """Score the second layer alone; who is in no group is a group of one."""
    found = list(range(-len(rows), 0))
    vectors = vectors_of([(row["text"], row["lang"]) for row in rows])
    for number, members in enumerate(groups_of(vectors, range(len(rows)))):
        for at in members:
            found[at] = number
    labels = [row["label"] for row in rows]
    return {
        "ARI": round(float(adjusted_rand_score(labels, found)), 3),
        "AMI": round(float(adjusted_mutual_info_score(labels, found)), 3),
        "NMI": round(float(normalized_mutual_info_score(labels, found)), 3),
        "texts": len(rows),
        "groups": len({group for group in found if group >= 0}),
        "labels": len(set(labels)),
        **_themes_alone(rows),
    }


def _themes_alone(rows: Sequence[Row]) -> dict[str, float]:
    """Say how pure the themes are that a digest without a codebook would show, and how many voices are in one."""
    seen = _shown(rows)
    inside = sum(len(labels) for labels in seen)
    pure = sum(max(labels.count(label) for label in set(labels)) for labels in seen)
    return {"themes": len(seen), "in a theme": round(inside / len(rows), 3), "pure": round(pure / max(inside, 1), 3)}


def _shown(rows: Sequence[Row]) -> list[list[str]]:
    """Return the labels of the voices in each theme that is shown."""
    from bot.digest.labels import FEWEST_VOICES, said  # noqa: PLC0415 -- internals, for this measurement only
    from bot.digest.themes import _held_together  # noqa: PLC0415

    vectors = vectors_of([(row["text"], row["lang"]) for row in rows])
    words = [said(row["text"], row["lang"], names=frozenset(), showable=True) for row in rows]
    held = (_held_together(alike, words) for alike in groups_of(vectors, range(len(rows))))
    return [[rows[at]["label"] for at in members] for members, label in held if len(members) >= FEWEST_VOICES and label]


def _seconds(rows: Sequence[Row]) -> float:
    """Time the whole digest of as many voices as we promise; every text is two of the set's, so none is the same."""
    draw = random.Random(1)
    answers = [
        Answer(
            PageKey("lose"),
            (("answer", f"{draw.choice(rows)['text']} {draw.choice(rows)['text']}"),),
            "en",
            draw.random() < 0.5,
            None,
        )
        for _ in range(_LARGE)
    ]
    start = time.perf_counter()
    find_themes(
        answers,
        codebook=Codebook("none", 1, ()),
        names=("Marjan de Wit", "Kees Jansen"),
        showable_languages=frozenset(("en",)),
        themes_only=False,
    )
    return round(time.perf_counter() - start, 1)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]) if len(sys.argv) > 1 else None), indent=2))
