"""What a run found, for people and for programs: each report is a function of the run alone."""
