"""What the theories share: the question that is put to them, departures by leg, answers, certificates."""
