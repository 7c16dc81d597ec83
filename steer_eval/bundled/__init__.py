"""The bundled model: its text generator, its training recipe and its card. See CARD.md."""
