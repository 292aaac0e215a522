"""Search: the query language, the index document, and the engines behind them."""
