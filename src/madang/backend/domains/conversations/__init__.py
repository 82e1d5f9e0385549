"""Conversations: made and listed, followed as events, spoken to in frames; over WebSocket, SSE and plain requests."""
