"""The device: modules, tokens, and the keys that never leave them.

``attributes``, ``inventory``, ``order`` and ``token`` hold plain values and reach no
device, so that the rules may read them; all else here talks to a PKCS#11 module.
"""
