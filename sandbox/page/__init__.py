"""The sandbox's page: what goes on in a world, for showing a colleague what the program does.

Read `reading.py` first: it takes values out of a world; each module of `views` turns them into one section's content,
and `templates/` into HTML. Nothing here knows a token: fingerprints stand for them.
"""
