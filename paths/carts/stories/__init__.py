"""Stories: stages and pages on which far more people left than usual."""
