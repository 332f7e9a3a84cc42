"""Adaptation: the network learns how normal cord looks on the scans at hand, guided by its own two uncertainties.

Source: U2AD, Medical Image Analysis 109:103939 (2026), and its authors' code; Docs/method.md, 8, says what differs.
"""
