"""Room of the whole story: every plot's records and acts in the order of time.

It must not play anything (`demo/demonstration` does).
"""

from collector.services.demo import (
    plot_agreements,
    plot_articulation,
    plot_authorities,
    plot_closing,
    plot_communities,
    plot_followups,
    plot_municipal,
    plot_returns,
    plot_workshop,
)
from collector.services.demo.script import Act, Calendar, Sending

PLOTS = (plot_communities, plot_authorities, plot_agreements, plot_followups, plot_articulation, plot_workshop,
         plot_municipal, plot_returns)


def whole(days: Calendar) -> list[Sending | Act]:
    """The story, in the order in which things reach the server; acts after what came at the same moment."""
    made = [one for room in PLOTS for one in room.plot(days)]
    made += plot_closing.plot(days, made)
    keys = [one.key for one in made if isinstance(one, Sending)]
    if len(set(keys)) != len(keys):
        raise ValueError(f"told twice: {sorted(key for key in set(keys) if keys.count(key) > 1)}")
    return sorted(made, key=lambda one: (one.arrives, isinstance(one, Act), one.key))
