"""Who a reader is: resolved to a viewer before anything is asked of the directory."""
