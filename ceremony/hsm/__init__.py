"""The device: modules, tokens, and the keys that never leave them unwrapped.

``attributes``, ``inventory``, ``keys``, ``mechanism``, ``order``, ``proof``,
``remark``, ``result`` and ``token`` hold plain values and reach no device, so that the
rules, and whoever speaks to a device at a distance, may use them; all else here talks
to a PKCS#11 module.
"""
