"""Tests of the dashboard: pages by AppTest and in Chromium, over the real command server and a real store."""
