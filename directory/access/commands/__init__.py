"""What operators do with partners, accounts, roles and tokens, and what accounts do with theirs."""
