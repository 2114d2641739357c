"""How pages are served to hundreds of browsers at once: what of Streamlit's own ways is replaced, and seats for all."""
