"""Serving holds the published snapshot, its format and its checks, and answers from it with NumPy alone."""

from serving.eligibility import Catalogue
from serving.evidence import wilson_bounds
from serving.fold_in import ItemFactors
from serving.histories import Histories
from serving.lists import RankedLists

__all__ = ["Catalogue", "Histories", "ItemFactors", "RankedLists", "wilson_bounds"]
