"""The simulated world: a registration system with a durable ledger, and the crowd, desks and labs that use it."""
