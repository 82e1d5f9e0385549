"""Overlays: changes to a document that somebody else owns, kept apart from it and applied each time it is read.

Overlay Specification 1.0.0 (https://spec.openapis.org/overlay/v1.0.0) with the JSONPath of RFC 9535, as far as
`paths` says. Any bytes give an overlay or an error of ours, and any overlay ends: what it may look at is counted.
"""
