"""What a metric's name says of its values: better which way, counts or not, and their range.

A metric on which the laws run as on a loss or an error gets that name, and keeps its own beside it
in the curve's coordinates: `format_error` is an error, `eval_loss` and `perplexity` are losses.
"""

import re

ALIASES = {
    **dict.fromkeys(("acc", "accuracy"), "accuracy"),
    **dict.fromkeys(("err", "error", "error_rate"), "error"),
    **dict.fromkeys(("mcc", "matthews_correlation", "matthews_corrcoef"), "mcc"),
    **dict.fromkeys(("em", "exact_match"), "exact_match"),
}
LOSS = frozenset(
    {
        *("loss", "eval_loss", "test_loss", "val_loss", "validation_loss", "nll", "cross_entropy"),
        *("log_perplexity", "perplexity", "ppl", "word_perplexity", "byte_perplexity"),
        *("bits_per_byte", "mse", "mae", "rmse", "brier", "brier_score"),
    }
)
ERROR_NAME = re.compile(r"error|wer|cer|ter|.+_error(_rate)?")
SIGNED = frozenset({"mcc", "kappa", "cohen_kappa", "pearson", "pearsonr", "spearman", "spearmanr"})
# Yes or no on every item, so that the value is a count over the items.
COUNTED = re.compile(r"accuracy(_.+)?|(.+_)?error|acc_norm|exact_match|pass@1")
# Means of graded values or ratios of counts: n_correct / n_test is another number.
GRADED = re.compile(
    r"(.*_)?f1(_.*)?|auc|auroc|bleu.*|rouge.*|chrf.*|precision|recall|map|ndcg.*|[wct]er"
)


def named(name: str) -> str:
    """One name for names that mean the same: acc is accuracy. Others stay, without case."""
    plain = name.strip().casefold()
    return ALIASES.get(plain, plain)


def canonical(name: str) -> str:
    """The name that decides how the laws treat a metric: error, loss, or its own."""
    if named(name) in LOSS:
        return "loss"
    return "error" if ERROR_NAME.fullmatch(named(name)) else named(name)


def is_signed(name: str) -> bool:
    """Whether values run from -1 to 1 instead of from 0."""
    return named(name) in SIGNED


def has_counts(name: str) -> bool:
    """Whether every value is a number of items over all items, for certain."""
    return COUNTED.fullmatch(named(name)) is not None


def is_graded(name: str) -> bool:
    """Whether counts of right answers say nothing of the value."""
    return named(name) in LOSS | SIGNED or GRADED.fullmatch(named(name)) is not None
