"""The Evidence page: open a pack, see its verdict, pages and events; all offline."""
