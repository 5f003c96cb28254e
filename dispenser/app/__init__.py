"""Use cases, workers and transactions: the imperative shell."""
