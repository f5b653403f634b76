"""Tests of storage that are about one implementation: files, connections, migrations, what stays on the disk."""
