"""What all models share: settings, corpus and vocabulary, callbacks, progress, interruption, files.

Private: names and places here may change without notice.
"""
