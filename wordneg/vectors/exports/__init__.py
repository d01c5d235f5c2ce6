"""Vectors that go elsewhere: into the folders, tables and indexes of other programs.

==========  ====================================================================================
pretrained  a folder that sentence-transformers and model2vec load
tokenizer   its tokenizer.json, which finds the words in text
modelcard   its README.md, with settings and scores
hub         the folder on Hugging Face's hub
projector   a folder for TensorBoard's Embedding Projector
indexer     neighbors by an index instead of by going through all words
==========  ====================================================================================

Private: names and places here may change without notice.
"""
