"""Critical discount factors of strategies, profiles and policies."""
