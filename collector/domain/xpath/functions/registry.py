"""Room for the one list of all functions of plain values, by the name that expressions use.

It must not know how any of them works. `compile` asks here for what is called, and with how many arguments.
"""

from collector.domain.xpath.functions import (
    choices,
    conversions,
    dates,
    digests,
    geo,
    lookups,
    numbers,
    sets,
    text,
)
from collector.domain.xpath.functions.function import Function

MODULES = (choices, conversions, dates, digests, geo, lookups, numbers, sets, text)
FUNCTIONS: dict[str, Function] = {name: function for module in MODULES for name, function in module.FUNCTIONS.items()}
