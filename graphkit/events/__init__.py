"""Dated changes by vendors: what an event file says, and what of a graph it strikes."""
