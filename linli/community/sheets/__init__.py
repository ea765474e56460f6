"""Tables as offices really send them. Pure: no Django, no database, no clock.

``read_sheet`` in ``sheet.py`` is the door for tables of people; ``grid_of`` in ``grid.py`` gives the bare cells of any.
"""
