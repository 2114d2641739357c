"""The command center's screens: Streamlit pages over the command API."""
