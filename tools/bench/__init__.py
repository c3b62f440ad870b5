"""The ratio table: our hot paths beside the floors, measured in one run on one machine."""
