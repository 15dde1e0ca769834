"""What runs inside: the launcher that applies the layers to itself and then starts the program.

These files import only the standard library and each other, and nothing slow: every program pays
for them. They are run by a fresh interpreter, never by the process that asked.
"""
