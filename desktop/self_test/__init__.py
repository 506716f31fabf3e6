"""`maplehub --self-test`: the whole program without a screen, driven by keys, restarted as a person restarts it."""
