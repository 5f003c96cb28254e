"""Pure checks that stand between every plan and every pouch."""
