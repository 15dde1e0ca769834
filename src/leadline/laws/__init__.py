"""Laws of learning curves: points in, fits, comparisons and forecasts with intervals out; no torch."""
