"""Where members' metrics come from: what an app synced, and the rankings of the games, asked politely."""
