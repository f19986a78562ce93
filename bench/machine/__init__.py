"""What a measurement needs of the machine: data directories that are kept, and what programs take."""
