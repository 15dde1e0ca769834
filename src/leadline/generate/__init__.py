"""Engines: ways to get a model's responses."""
