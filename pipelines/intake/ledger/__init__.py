"""The durable ledger of the simulated intake: the only user of SQLite there."""
