"""The pages: templates, phrases in two languages, styles and scripts. All of it is served from here."""
