"""Tables, figures and the page, made from rows alone. No stage calls it; it never imports torch."""
