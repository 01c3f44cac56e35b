"""A local AWS for the deploy tests: MiniStack 1.5.33 with what our stacks need beyond it.

Every module of this folder fills one gap and says why it must be filled. They replace private functions, so the version is
pinned, and `require` tells at the start which one is missing instead of leaving a gap open in silence.
"""
import alarms
import events
import item_keys
import networks
import permissions
import schedules
import tables
from ministack.app import main

if __name__ == "__main__":
    for module in (alarms, events, item_keys, networks, permissions, schedules, tables):
        module.install()
    main()
