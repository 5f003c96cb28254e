"""Machine contract: what any dose-dispensing machine can be told and asked; standard library only."""
