"""What the directory holds of one person, wherever it stands, and taking all of it out.

Only the operator at the machine asks for either: there is no door for it over HTTP.
"""
