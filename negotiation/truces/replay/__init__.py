"""The dated moves of a truce beside what the games say."""
