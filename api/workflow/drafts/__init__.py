"""Plans that planners draw: make, edit, take back, lock, submit, branch, merge; the service and notebooks call these.

``desk`` holds plans open and evaluated; ``editing``, ``creating``, ``branching`` and ``files`` are the deeds.
"""
