"""A model server that says what a script tells it: OpenAI chat completions and Anthropic messages over real HTTP.

It knows nothing and guesses nothing. A script (see `reading`) lists what is said to which request, faults included;
without one, a small deterministic agent calls the tool whose words are in the user's text (see `agent`).

    script.py, agent.py            request -> reply
    openai.py, anthropic.py        bytes of a request -> neutral request; reply -> the vendor's wire
    wire.py                        reply -> steps: head, bytes, wait, cut
    app.py                         the steps over HTTP, and what tests ask for under `/-/`
    running.py                     `ScriptedModel`, the server in a thread of a test
"""
