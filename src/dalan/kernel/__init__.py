"""Tools that know no room: each file is one tool."""
