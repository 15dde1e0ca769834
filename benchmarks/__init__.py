"""Side-by-side measurements, each in fresh processes. Never part of the test suite."""
