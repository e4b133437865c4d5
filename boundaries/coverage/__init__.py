"""The edge and face engine under audit and repair."""
