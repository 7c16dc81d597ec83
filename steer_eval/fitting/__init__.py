"""From a contrast set to a steering vector: read the prompts, capture activations, estimate a direction.

`sparse_steering_vector` is the paper's function on raw activations.
"""

from steer_eval.fitting.estimators.mean_difference import sparse_steering_vector

__all__ = ["sparse_steering_vector"]
