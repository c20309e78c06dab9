"""Pages: what stands where, and which neighbours change places now and then so that more is learnt."""
