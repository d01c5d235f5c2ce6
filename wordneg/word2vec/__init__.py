"""Skip-gram and CBOW: the model, its settings, the trainer, the kernel and its blocks.

Private: names and places here may change without notice.
"""
