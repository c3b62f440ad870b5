"""What a marketplace is. Knows no HTTP and no partner's JSON."""
