"""Measures: what the counts of a rule say about it, in the words of the field."""

import dataframely as dy
import polars as pl

from recommend.related.pairs import Pair
from serving import wilson_bounds


class Rule(dy.Schema):
    """One association rule: baskets with the antecedent often hold the consequent as well."""

    antecedent = dy.List(dy.String(), nullable=False, description="Items that are there, sorted")
    consequent = dy.List(dy.String(), nullable=False, description="Items that then come as well, sorted")
    baskets = dy.Int64(nullable=False, min=1, description="Baskets that hold all of them")
    people = dy.Int64(nullable=False, min=1, description="Different people who have such a basket")
    baskets_antecedent = dy.Int64(nullable=False, min=1, description="Baskets that hold the antecedent")
    baskets_consequent = dy.Int64(nullable=False, min=1, description="Baskets that hold the consequent")
    baskets_all = dy.Int64(nullable=False, min=1, description="All baskets")
    support = dy.Float64(nullable=False, min=0, max=1, description="baskets / baskets_all")
    support_antecedent = dy.Float64(nullable=False, min=0, max=1, description="baskets_antecedent / baskets_all")
    support_consequent = dy.Float64(nullable=False, min=0, max=1, description="baskets_consequent / baskets_all")
    confidence = dy.Float64(nullable=False, min=0, max=1, description="baskets / baskets_antecedent")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower end of the confidence's 95 % interval (Wilson)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper end of the confidence's 95 % interval (Wilson)")
    lift = dy.Float64(
        nullable=False,
        min=0,
        description="confidence / support_consequent, as if all baskets were of one size; never ranked by",
    )
    expected = dy.Float64(
        nullable=False,
        min=0,
        description="Baskets that would hold all by chance, given how large baskets are and what parts of the set do",
    )
    ratio = dy.Float64(nullable=False, min=0, description="baskets / expected; above 1: more often than by chance")
    p_value = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="Chance of so many baskets or more, those of one person told as fewer, if nothing ties the items",
    )
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds if all sets down to this one are believed"
    )
    leverage = dy.Float64(
        nullable=False,
        min=-0.25,
        max=0.25,
        description="support less the product of both sides' supports; 0: independent",
    )
    conviction = dy.Float64(
        nullable=True,
        min=0,
        description="How much oftener the rule would fail if its sides were independent; null: it never fails",
    )
    zhang = dy.Float64(
        nullable=False, min=-1, max=1, description="Zhang's measure: 1 always together, 0 independent, -1 never"
    )
    jaccard = dy.Float64(nullable=False, min=0, max=1, description="baskets / baskets that hold either side")
    certainty = dy.Float64(
        nullable=False,
        max=1,
        description="Certainty factor: what the antecedent takes of the doubt in the consequent; 0: nothing",
    )
    kulczynski = dy.Float64(nullable=False, min=0, max=1, description="Mean of the confidences of both directions")
    representativity = dy.Float64(
        nullable=False, min=0, max=1, description="Share of baskets whose content is known: all of them, 1"
    )


def measure_rules(counted: pl.DataFrame) -> dy.DataFrame[Rule]:
    """Add to rules what their counts say, and sort them by the interval's lower end, the largest first.

    `counted` has the columns of `Rule` that hold items, baskets, people and chance (`expected`, p and q). The measures
    are the twelve of `mlxtend` 0.25, with s the share of all baskets, A the antecedent, C the consequent:

        support s(AC) · antecedent support s(A) · consequent support s(C) · confidence s(AC) / s(A) · lift
        confidence / s(C) · leverage s(AC) - s(A) s(C) (G. Piatetsky-Shapiro, 1991) · conviction (1 - s(C)) /
        (1 - confidence) (S. Brin et al., 1997) · zhang leverage / max(s(AC) (1 - s(A)), s(A) (s(C) - s(AC)))
        (T. Zhang, 2000) · jaccard s(AC) / (s(A) + s(C) - s(AC)) · certainty (confidence - s(C)) / (1 - s(C)) ·
        kulczynski (s(AC) / s(A) + s(AC) / s(C)) / 2 · representativity 1

    Where zhang or certainty would divide by 0 it is 0. Ties are broken by baskets, largest first, then by the items.
    """
    both, left, right, every = (
        pl.col(name).cast(pl.Float64) for name in ("baskets", "baskets_antecedent", "baskets_consequent", "baskets_all")
    )
    apart = both * every - left * right
    room = pl.max_horizontal(both * (every - left), left * (right - both))
    low, high = wilson_bounds(counted["baskets"].to_numpy(), counted["baskets_antecedent"].to_numpy())
    return Rule.cast(
        counted.with_columns(
            support=both / every,
            support_antecedent=left / every,
            support_consequent=right / every,
            confidence=both / left,
            low=pl.Series(low),
            high=pl.Series(high),
            lift=both * every / (left * right),
            ratio=both / pl.col("expected"),
            leverage=apart / every**2,
            conviction=pl.when(both < left).then((every - right) * left / (every * (left - both))),
            zhang=pl.when(room > 0).then(apart / room).otherwise(0.0),
            jaccard=both / (left + right - both),
            certainty=pl.when(right < every).then(apart / (left * (every - right))).otherwise(0.0),
            kulczynski=(both / left + both / right) / 2,
            representativity=pl.lit(1.0),
        ).sort("low", "baskets", "antecedent", "consequent", descending=[True, True, False, False])
    )


def tell_pairs(pairs: dy.DataFrame[Pair]) -> dy.DataFrame[Rule]:
    """Tell each pair as two rules, one in each direction, with all measures; sorted as `measure_rules` does.

    >>> from recommend import Basket, PairSettings, count_pairs
    >>> rows = {"basket": ["1", "1", "2", "2", "3"], "item_id": ["plan", "pack", "plan", "pack", "plan"]}
    >>> bought = pl.DataFrame(rows).with_columns(person_id=pl.lit("ann"))
    >>> rules = tell_pairs(count_pairs(Basket.validate(bought), PairSettings()))
    >>> rules.select("antecedent", "consequent", "confidence", "leverage", "zhang").rows()
    [(['pack'], ['plan'], 1.0, 0.0, 0.0), (['plan'], ['pack'], 0.6666666666666666, 0.0, 0.0)]
    """
    rest = ["baskets", "people", "baskets_all", "expected", "p_value", "q_value"]
    sides = [
        pairs.select(
            *rest,
            antecedent=pl.concat_list(f"item_{one}"),
            consequent=pl.concat_list(f"item_{other}"),
            baskets_antecedent=f"baskets_{one}",
            baskets_consequent=f"baskets_{other}",
        )
        for one, other in ("ab", "ba")
    ]
    return measure_rules(pl.concat(sides))
