"""Everything that talks to the world: platforms, the web, the command line, the clock."""
