"""Pure rules: how a person is recognised in a text."""
