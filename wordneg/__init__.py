"""wordneg: word vectors trained on a CPU, with negative samplers to choose from and to compare."""
