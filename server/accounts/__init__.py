"""Players: who they are, how they sign in, and what signs in for them."""
