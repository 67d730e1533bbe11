"""Speed and ranking quality, each measured against a peer in the same run."""
