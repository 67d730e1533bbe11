"""Knows which types of action usually cover all costs of a city, for calls that do not state their rate."""

from tracker.core.call import CallData

_ALL_COSTS = frozenset(
    {
        "horizon research and innovation actions",
        "horizon coordination and support actions",
        "horizon innovation actions",
    }
)
"""The portal's own labels, in lower case and with single spaces.

Regulation (EU) 2021/695 (Horizon Europe), Article 34(2): up to 100 % of the eligible costs, except for
innovation actions, which pay up to 70 % and to non-profit legal entities up to 100 %. A municipality is one:
by law it distributes no profit. Other types are left out on purpose: programme co-funds pay 30 to 70 %, joint
undertakings set their own rates, and LIFE, CERV, Creative Europe and DIGITAL use one label for calls of
different rates, so that only the call itself can say.
"""


def usually_covers_all(data: CallData) -> bool:
    """Tell whether the call's only type of action usually pays a city all its eligible costs.

    It is the highest rate that the rule allows; a call may state a lower one, and what it states goes first.
    """
    return " ".join(data.action_type.split()).casefold() in _ALL_COSTS
