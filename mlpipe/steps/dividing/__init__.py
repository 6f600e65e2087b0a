"""What dividing a table takes beside the division."""
