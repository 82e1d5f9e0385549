"""The agent: conversations as rows of events, turns that go from words to calls, and the sub-agents that they use."""
