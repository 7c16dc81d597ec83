"""The seam to lm-evaluation-harness: the only part of steer_eval that imports lm_eval."""
