"""Mail: texts from the theme, messages, and their way to the mail server, by jobs only."""
