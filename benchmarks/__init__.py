"""Speed and memory of rnncore, as ratios measured in one run."""
