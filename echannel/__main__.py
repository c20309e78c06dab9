"""Run the commands as a module: `python -m echannel`."""

from echannel.commands import main

main()
