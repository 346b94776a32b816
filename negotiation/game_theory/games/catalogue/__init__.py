"""Published games by citation, with what is known of them."""
