"""What every wing stands on and no field knows: numbers, status, progress, files, tables, figures."""
