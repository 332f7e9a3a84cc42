"""U2AD: uncertainty-guided unsupervised anomaly detection in the cervical spinal cord on T2-weighted MRI.

Research software: not a medical device, not for diagnosis.
"""

__version__ = "0.1.0"
