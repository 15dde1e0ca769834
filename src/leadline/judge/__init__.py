"""Ask a model that somebody serves for verdicts: rendered, asked, read and stored the same way for
every use. There is no default judge."""
