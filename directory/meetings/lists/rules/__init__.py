"""Reading what people write into the cells of lists: pure rules, no directory."""
