"""Studies that ship. Nothing imports them: `leadline run NAME` finds them by their file's name."""
