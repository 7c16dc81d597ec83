"""What a vector file says, and what it does to a model before anything is measured with it."""
