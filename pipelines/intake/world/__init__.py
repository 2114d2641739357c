"""The world around the servers: crowd, gate, lanes, phones, couriers, labs, sites."""
