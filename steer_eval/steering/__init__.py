"""Vectors, places, interventions, and the hooks that apply them. Needs torch only: no harness, no tokenizer, no files."""
