"""What every room needs: near misses in messages, checks of settings, names for classes, the machine, matplotlib.

Private: names and places here may change without notice.
"""
