"""Rules and word lists, all our own, from which the bundled model's text is made."""
