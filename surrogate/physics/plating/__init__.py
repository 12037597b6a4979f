"""The plating and stripping of lithium in a graded porous host: compiled kernel, its input and its results."""
