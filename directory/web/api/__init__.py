"""The API of version 1: one module per capability, each a blueprint.

The routes describe themselves to OpenAPI through flask-smorest; answers are stored bytes and pass
through it untouched.
"""
