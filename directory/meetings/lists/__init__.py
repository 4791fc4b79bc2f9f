"""Lists of contacts as delegates take them along to meetings and bring them back."""
