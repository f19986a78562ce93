"""Networks of actors: which are asked for, which relations they show, and because of what."""
