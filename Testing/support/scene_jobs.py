"""Made-up results on an oblique sagittal stack, as jobs for the embedded Slicer."""

import numpy as np
import SimpleITK as sitk

from EmbeddedSlicer.job import SceneJob

SPACING = (0.8, 0.7, 3.3)  # I, J, K: a sagittal stack
SIZE = (80, 110, 13)
CENTRES_KJI = {1: (6.0, 40.0, 38.0), 2: (7.0, 75.0, 41.0)}


def oblique_direction() -> np.ndarray:
    """Sagittal (I to posterior, J down, K to the right) in LPS, turned by 9 and 6 degrees, one axis a column."""
    a, b = np.radians(9), np.radians(6)
    about_z = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    return about_z @ about_y @ np.array([[0, 0, -1], [1, 0, 0], [0, -1, 0]], dtype=float)


def _image(array: np.ndarray, left_handed: bool) -> sitk.Image:
    direction = oblique_direction()
    if left_handed:
        direction[:, 2] *= -1
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(SPACING)
    image.SetOrigin((12.5, -30.25, 44.0))
    image.SetDirection(direction.ravel().tolist())
    return image


def _ras_of(image: sitk.Image, kji) -> tuple[float, float, float]:
    x, y, z = image.TransformContinuousIndexToPhysicalPoint([float(index) for index in reversed(kji)])
    return -x, -y, z


def make_job(folder, left_handed: bool = False) -> SceneJob:
    k, j, i = np.meshgrid(*(np.arange(count) for count in reversed(SIZE)), indexing="ij")
    from_axis = np.hypot((k - 6.5) * SPACING[2], (i - 40) * SPACING[0])
    scan = np.where(from_axis < 4, 300, np.where(from_axis < 8, 900, 120)).astype(np.int16)
    cord = (from_axis < 4).astype(np.uint8)
    labels = np.zeros(scan.shape, np.int16)
    for label, (ck, cj, ci) in CENTRES_KJI.items():
        distance = np.linalg.norm([(k - ck) * SPACING[2], (j - cj) * SPACING[1], (i - ci) * SPACING[0]], axis=0)
        labels[distance < (4.0, 3.5)[label - 1]] = label
    anomaly = np.where(labels == 1, 7.0, np.where(labels == 2, 4.0, 0.5)).astype(np.float32)
    (folder / "in").mkdir()
    (folder / "out").mkdir()
    paths = {}
    for name, array in {"scan": scan, "labels": labels, "cord": cord, "anomaly": anomaly}.items():
        paths[name] = str(folder / "in" / f"{name}.nii.gz")
        sitk.WriteImage(_image(array, left_handed), paths[name])
    image = _image(scan, left_handed)
    return SceneJob(
        result=str(folder / "out"),
        findings=tuple(
            {
                "label": label,
                "score": 9.5 - label,
                "centre": _ras_of(image, CENTRES_KJI[label]),
                "extent": [8.0, 4.0, 3.3],
                "volume": 120.25,
                "mean": 4.5,
                "peak": 7.0,
                "epistemic": None,
                "aleatoric": 0.25,
                "level": level,
                "along": 33.0,
            }
            for label, level in {1: "C4", 2: "C5/C6"}.items()
        ),
        **paths,
    )
