"""The calibration that comes with the program belongs to the weights that come with it."""

from u2ad.calibration.store import read
from u2ad.models.manifest import read_manifest
from u2ad.simulation.seeds import CALIBRATION


def test_it_was_made_for_the_starter_weights() -> None:
    """Else results would say that their scores are not calibrated: fit it anew, see the model card."""
    (calibration,) = read()
    assert calibration.suits("u2ad", (read_manifest("u2ad").sha256,))


def test_it_covers_thin_and_thick_slices_with_either_mask() -> None:
    (calibration,) = read()
    assert {(kind.up_to, kind.automatic) for kind in calibration.classes} == {
        (2.0, True), (2.0, False), (5.0, True), (5.0, False)
    }  # fmt: skip
    for kind in calibration.classes:
        assert kind.threshold > 2, "below that nothing is outlined"
        assert kind.reference.own == 0


def test_it_was_fitted_to_people_of_the_calibration_alone() -> None:
    (calibration,) = read()
    assert calibration.made["simulated"]["first"] == CALIBRATION.start
