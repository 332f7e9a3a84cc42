"""Answers made by hand."""

from u2ad.benchmark.answers import Answer, Hit, Question

FAINT, CLEAR = 0.15, 0.4


def answer(seed, hits=(), alarms=(), detector="u2ad", **other) -> Answer:
    """What a detector said of a scan with lesions, given as scores of clear ones or as (contrast, score)."""
    found = tuple(Hit(hit[0], 8.0, hit[1]) if isinstance(hit, tuple) else Hit(CLEAR, 8.0, hit) for hit in hits)
    told = {
        "question": Question(detector, "0", "given", f"case-{seed}-{len(found)}"),
        "kind": "thick",
        "source": "simulated",
        "seed": seed,
        "reference": False,
        "hits": found,
        "alarms": tuple(alarms),
        "patient_score": max([hit.score for hit in found] + list(alarms), default=0.0),
        "candidates": len(alarms),
        "segments": (),
        "lesion_voxels": (),
        "other_voxels": (),
        "ssim": None,
        "restored": None,
        "refused": False,
        "seconds": 1.0,
    }
    return Answer(**{**told, **other})
