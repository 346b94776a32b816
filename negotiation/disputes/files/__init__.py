"""The files of a dispute's folder as models: the fields that each may have. Public: `scenario_names`."""
