"""The files of a made-up company, as `graphkit demo` copies and imports them: data, no code."""
