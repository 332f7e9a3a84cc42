"""DICOM objects of a review: segmentation, structured report, maps and the report as a document. Imported late."""
