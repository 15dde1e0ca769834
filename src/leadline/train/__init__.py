"""Post-training methods: supervised fine-tuning, and a planted law for tests."""
