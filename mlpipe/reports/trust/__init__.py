"""What moved since training, and what an audit found, as pages."""
