"""The evidence format: which files a pack holds and what they say."""
