"""What attackers try at the authorization server, a file for each kind."""
