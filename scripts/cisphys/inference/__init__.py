"""From counts per variant to the parameters of a network, and what can be said of them."""
