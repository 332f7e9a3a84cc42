"""What the reader decided, in the forms that archives, colleagues and studies read. One file for each format."""
