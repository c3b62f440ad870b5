"""Messages of the contract, letter for letter."""
