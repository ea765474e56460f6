"""A web request as our views get it."""

from datetime import date, datetime

from django.http import HttpRequest

from linli.community.access import Reach


class LinliRequest(HttpRequest):
    """What the shell adds to a request. Views read the clock here and nowhere else.

    ``day`` is the civil day in Asia/Shanghai and ``at`` the moment; in a demo both stand in the demo's own time.
    ``reach`` is what the person signed in may do on that day.
    """

    day: date
    at: datetime
    reach: Reach
