"""Laws of learning curves, from rows alone and without torch: fits, comparisons and forecasts."""
