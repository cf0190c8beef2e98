"""How badly a change hits: the transfer table, the least fixpoint, and the chain behind each result."""
