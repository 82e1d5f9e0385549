"""From a tree to what each part of it means: names, types, effects, and all that is wrong with them.

`check` is the way in. It is total: any tree of the front end gives `Checked`, whose tables speak of every expression
that could be understood, and a diagnostic for everything else.
"""

from madang.swl.check.checking import check
from madang.swl.check.facts import Checked

__all__ = ["Checked", "check"]
