"""The worker: runs one detection in a process of its own, for a window that must stay alive.

``job`` and ``events`` are what both sides share and load nothing beyond the standard library; ``result`` loads no
PyTorch; the rest runs in the child only, as ``python -m u2ad.worker JOB.json``.
"""
