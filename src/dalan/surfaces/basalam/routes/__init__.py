"""The operations of the contract, a file per tag."""

from dalan.surfaces.basalam.routes import bank_accounts, tokens, users

OPERATIONS = (*users.OPERATIONS, *bank_accounts.OPERATIONS, *tokens.OPERATIONS)
"""Every operation this surface answers."""
