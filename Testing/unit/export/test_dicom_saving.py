"""Why a DICOM object is not written."""

from collections.abc import Iterator

import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, RawDataStorage

from u2ad.errors import OutputError
from u2ad.export.dicom.saving import save

resource = pytest.importorskip("resource", reason="limits of files are those of Unix")


@pytest.fixture
def full_after() -> Iterator[int]:
    """Files can have so many bytes and no more, as on a disk that is nearly full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    yield 1_000_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_called_full(tmp_path, full_after):
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = RawDataStorage, "1.2.3"
    dataset.FloatPixelData = bytes(3 * full_after)
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    with pytest.raises(OutputError, match="disk is full"):
        save(dataset, tmp_path / "map.dcm")
