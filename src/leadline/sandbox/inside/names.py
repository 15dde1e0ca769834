"""The names and places that the launcher and whoever starts it agree on."""

NAMESPACES = ("mount", "pid", "net", "ipc")
LAYERS = (*NAMESPACES, "bubblewrap", "landlock", "seccomp")
OWN_ROOT = {"mount", "bubblewrap"}  # either makes a root folder for the program
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
OWN_SCRATCH, OWN_PROGRAM = "/scratch", "/program.py"  # in a root of its own
PROGRAM_BESIDE = ".py"  # without one: the scratch folder's path and this
CHANNEL = 3  # the program's descriptor of the channel
