"""The clerk: the process beside the server that reads tables: reports on demand, definitions, those who were lost."""
