"""The embedded world: generated, checkable problems and tiny bases really pre-trained on them."""
