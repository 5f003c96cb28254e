"""What is printed: content and layout (pure), symbols and PDF."""
