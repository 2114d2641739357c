"""The site contract: what a site tells beside its counts: gate, desks, people, kit, labels, hourly inputs."""
