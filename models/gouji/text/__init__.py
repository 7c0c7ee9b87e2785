"""Characters, numerals and the words of labels."""
