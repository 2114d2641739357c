"""Alerts: one pure state machine over a table of rules, causes that mute their consequences, messages about both."""
