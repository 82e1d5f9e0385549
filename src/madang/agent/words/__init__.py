"""What the words of a request state: reading them, and matching what they say to the arguments of a function.

`reading` cuts a text into tokens, `dates` finds days and times in it, `fields` is what a function takes, `labels` where
a text names a field, `request` both together. `labelled`, `preceding`, `parts`, `times`, `looks`, `options` say which
words may be which field's value, `choosing` which of these hold, `earlier` what is said of earlier results. `results`
and `sentences` are for the answer. The tables of words are in `aliases` and `roles`. All of it is pure, and linear in
the text.
"""
