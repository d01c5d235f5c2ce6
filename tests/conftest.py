"""Being here puts this folder on the import path, so that tests in subfolders find `naive` and the other helpers."""
