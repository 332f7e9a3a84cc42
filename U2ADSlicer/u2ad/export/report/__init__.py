"""The report of a review: one content, laid out as one HTML file and as PDF. One file for each part of it."""
