"""What the makers of this project use, and the product does not."""
