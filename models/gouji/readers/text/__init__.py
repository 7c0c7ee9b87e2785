"""Text of any kind: encodings, exports, mails, columns."""
