"""A server of any document, as a pure core: state and request give state and answer."""
