"""What the record says of parameters and theories: posteriors, evidence and scores, move by move."""
