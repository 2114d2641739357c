"""Hourly reports: what each hour was for a site, a town, the district; frozen, versioned, signed (Q86-Q88)."""
