"""How a direction is estimated from activations: one file each."""
