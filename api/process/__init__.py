"""The process: it listens, answers, takes over new snapshots, and leaves in peace."""
