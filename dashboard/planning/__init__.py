"""The what-if page's parts: levers and their address, questions under way, and what is drawn of answers and plans."""
