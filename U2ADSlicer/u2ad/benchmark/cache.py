"""Cases kept in a folder, so that they are made once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from u2ad.benchmark.cases import Case, CasePlan, TrueLesion
from u2ad.scan import Facts, Grid, Scan


def kept(plan: CasePlan, folder: Path, make: Callable[[], Case]) -> Case:
    """The case of a plan from a folder, made and put there if it is missing.

    The file appears whole or not at all; two processes that make the same case at once write the same.
    """
    file = folder / f"{plan.name}.npz"
    if file.is_file():
        return _read(file, plan)
    case = make()
    folder.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{plan.name}.{os.getpid()}.part")
    with part.open("wb") as stream:
        np.savez_compressed(
            stream,
            array=case.scan.array.astype(np.float32),
            affine=case.scan.grid.affine,
            cord=case.cord,
            labels=case.labels,
            told=json.dumps({"lesions": [asdict(lesion) for lesion in case.lesions], "levels": dict(case.levels)}),
        )
    part.replace(file)
    return case


def _read(file: Path, plan: CasePlan) -> Case:
    with np.load(file, allow_pickle=False) as stored:
        array, cord, labels = stored["array"], stored["cord"], stored["labels"]
        told = json.loads(str(stored["told"]))
        grid = Grid(array.shape, stored["affine"])
    lesions = tuple(TrueLesion(**{**lesion, "centre": tuple(lesion["centre"])}) for lesion in told["lesions"])
    levels = {name: tuple(ras) for name, ras in told["levels"].items()}
    return Case(plan, Scan(array, grid, Facts(modality="MR", region_hint="cervical")), cord, labels, lesions, levels)
