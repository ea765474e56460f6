"""Who is who: incoming rows against the people already known. Pure: no Django, no database, no clock.

``match_rows`` in ``match.py`` is the door. The weights and what they mean are in ``weights.py``.
"""
