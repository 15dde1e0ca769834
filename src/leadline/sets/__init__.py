"""Training sets without problems of their own, one file each; `TrainedOn` joins one to a task.

A set is a frozen dataclass with `name`, `examples()` and `data`, the folder where it may lie.
"""
