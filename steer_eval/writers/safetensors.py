"""Our own format, which loses nothing; see readers/native.py."""

from steer_eval.readers.native import write
from steer_eval.steering.vector import SteeringVector
from steer_eval.writers import Loss

SUFFIX = ".safetensors"


def loss(vector: SteeringVector) -> Loss:
    """Nothing."""
    return Loss()


__all__ = ["SUFFIX", "loss", "write"]
