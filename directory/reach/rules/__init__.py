"""The judgement of a look-up, in steps: standing, availability, ranking, the answer.

Pure, and fed with what the viewer may see; ``answer.reach`` is the way in.
"""
