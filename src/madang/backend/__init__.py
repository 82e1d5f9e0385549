"""The API server: REST under /api, its own OpenAPI document, sign-in, and the files of the web app."""
