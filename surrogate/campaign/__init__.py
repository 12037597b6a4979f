"""Campaigns: the file of one, its store of observations and batches, and the proposals made for it."""
