"""Names that APIs give to the parts of pages, without blanks, case and punctuation (`plain`)."""

from __future__ import annotations

import re
from functools import lru_cache

_OTHER = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=50_000)
def plain(name: str) -> str:
    """`page[size]`, `page_size` and `PageSize` are `pagesize`; `$skip` is `skip`."""
    return _OTHER.sub("", name.lower())


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PAGE = _words("page pagenumber pageno pagenum pageindex currentpage pagenr pg pageid whichpage")
OFFSET = _words(
    "offset skip startindex startat startposition startrow startrecord recordoffset pageoffset resultoffset "
    "rowoffset firstresult skipcount startfrom"
)
OFFSET_OR_OTHER = _words("start from first index begin position")
CURSOR = _words(
    "cursor pagetoken nexttoken nextpagetoken continuationtoken continuation paginationtoken pagecursor "
    "nextcursor startingafter startingtoken pageafter aftercursor marker bookmark scrollid skiptoken nextmarker "
    "exclusivestartkey exclusivestarttablename nextpage pagemarker startafter startafterid pagestate afterid "
    "lastevaluatedkey resumptiontoken"
)
CURSOR_OR_OTHER = _words("after next token pagekey startkey start")
LIMIT = _words(
    "limit perpage pagesize maxresults maxitems maxrecords pagelimit itemsperpage resultsperpage recordsperpage "
    "pagecount numresults maxcount batchsize maxkeys rpp pagelength maxresultcount maxresultsperpage limitto "
    "resultlimit"
)
LIMIT_OR_OTHER = _words("size count top take rows num number first max length amount n results hits")
# The best name first.
_ITEMS_IN_ORDER = (
    "data items results values value records entries elements content list resources rows docs documents hits nodes "
    "edges members result objects"
)
ITEMS = tuple(_ITEMS_IN_ORDER.split())
WRAPPERS = _words(
    "meta metadata pagination paging page pages pageinfo pageinformation links cursors cursor next nextpage "
    "responsemetadata response responsedata result results data embedded payload body pager listinfo navigation "
    "info resultset resultinfo summary collection"
)
NEXT = _words(
    "next nextpagetoken nextcursor nexttoken nextmarker nextpage nextlink odatanextlink nextpageurl nexturl "
    "nexthref nextpagelink nextoffset nextpagecursor continuationtoken nextcontinuationtoken endcursor "
    "nextrecordspagetoken nextpagestate lastevaluatedkey nextpageuri nexturi paginationtoken scrollid nextlinkurl "
    "nextkey"
)
NEXT_OF_NEXT = _words("href url uri offset cursor token link page")
NEXT_OF_WRAPPER = _words("after cursor endcursor offsettoken")
NEXT_HOLDERS = _words("next nextpage")
CURSOR_HOLDERS = _words("cursors cursor paging pagination pageinfo page pages meta metadata responsemetadata")
HAS_MORE = _words("hasmore hasnext hasnextpage more istruncated moreresults hasmoreitems hasmoreresults")
COUNT = _words("count itemcount resultcount")
TOTAL = _words(
    "total totalcount totalitems totalresults totalelements totalrecords totalnumber totalsize totalhits numfound "
    "recordstotal totalrows estimatedtotal numberofresults numresults totalentries "
    "totalmatches"
)
