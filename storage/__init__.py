"""Tables, repositories, the sealed spool, keys and migrations."""
