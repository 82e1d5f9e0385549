"""What an answer costs by the price lists of the vendors, from a table that the library brings: nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass

from genai_prices import Usage, calc_price

CURRENCY = "USD"
_MICRO = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What an answer used. Tokens of the cache are counted in `input` too."""

    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0


def price_micro(tokens: Tokens, *, models: tuple[str, ...], provider: str | None, url: str) -> int | None:
    """The price in millionths of a dollar, by the first of `models` (names, the most exact first) that is known.

    None where the vendor (its name, else its URL) or the model is not in the table, or no tokens were told.
    """
    if not (tokens.input or tokens.output):
        return None
    usage = Usage(
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read or None,
        cache_write_tokens=tokens.cache_write or None,
    )
    for model in models:
        try:
            if provider is None:
                found = calc_price(usage, model, provider_api_url=url)
            else:
                found = calc_price(usage, model, provider_id=provider)
        except LookupError:
            continue
        return round(found.total_price * _MICRO)
    return None
