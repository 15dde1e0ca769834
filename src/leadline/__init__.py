"""leadline measures how a language model's abilities grow with post-training examples."""

__version__ = "0.1.0"
