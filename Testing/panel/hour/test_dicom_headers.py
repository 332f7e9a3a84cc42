"""A scan of Slicer's DICOM database: headers are read when there is something to learn, and not at every stroke."""

import slicer


class Headers:
    """A DICOM database in which every image has the same header.

    Attributes:
        reads: how often it was asked; Slicer's own may open a file each time.
    """

    def __init__(self, header):
        self.header = header
        self.reads = 0

    def instanceValue(self, _instance, tag):
        self.reads += 1
        return self.header.get(tag, "")


def test_headers_are_read_when_a_scan_is_checked_and_not_at_every_refresh(hour, detection, monkeypatch):
    headers = Headers({"0008,0060": "MR", "0008,103E": "t2_tse_sag"})
    monkeypatch.setattr(slicer, "dicomDatabase", headers, raising=False)
    volume = hour.load(detection)
    assert headers.reads == 0
    volume.SetAttribute("DICOM.instanceUIDs", "1.2.3 1.2.4")  # as Slicer does once the voxels are there
    hour.settle(0.5)
    reads = headers.reads
    assert reads > 0
    for _ in range(5):
        hour.widget.panel.refresh()
    assert headers.reads == reads


def test_what_the_headers_say_counts_also_where_it_came_after_the_voxels(hour, detection, monkeypatch):
    monkeypatch.setattr(slicer, "dicomDatabase", Headers({"0008,0060": "CT"}), raising=False)
    volume = hour.load(detection)
    assert hour.ui.detectButton.isEnabled()
    volume.SetAttribute("DICOM.instanceUIDs", "1.2.3")
    hour.settle(0.5)
    assert not hour.ui.detectButton.isEnabled()
    assert "CT" in hour.ui.checksLabel.text
