"""Alignment: scores of fragment x slot (learned or by rules), monotone decoding, placement of dropped blanks."""
