"""The posture game in continuous time: one move at a time, and a state that moves by itself."""
