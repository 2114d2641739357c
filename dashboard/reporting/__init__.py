"""What people enter, sign and reconcile, as screens: words and frames in, elements and acts out."""
