"""The one door to the world: every act is approved, journaled as intent, performed, and journaled as outcome.

Chat turns, direct calls and workflow runs use it alike. What the user sees is what recovery uses.
"""
