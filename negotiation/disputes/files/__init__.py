"""The files of a dispute's folder as models: what may stand in each of them."""
