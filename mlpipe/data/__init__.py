"""Tables: reading CSV, column kinds and roles, splitting, profiles. Knows no artifacts and no terminal."""
