"""Small helpers that every room uses: messages, checks of settings, registries, the machine, progress, plotting.

Private: names and places here may change without notice.
"""
