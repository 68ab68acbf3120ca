"""A module that is another one for each caller is refused before it is started.

p11-kit's proxy is such a module: what is initialised through one list of its functions
another list does not know, and the session then seems to be lost.

Source: PKCS#11 v2.40, section 5.4 (C_GetFunctionList).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ceremony.errors import DeviceError
from ceremony.hsm.hosted import open_module
from tests.faulty.site import Site, told

pytestmark = pytest.mark.hsm

PROXIES = sorted(Path("/usr/lib").glob("*/p11-kit-proxy.so"))


def test_a_module_that_gives_another_list_each_time_is_refused(site: Site) -> None:
    site.faulty.plan("another list")

    with pytest.raises(DeviceError) as caught:
        site.faulty.open()

    verify_refused(caught.value)


def test_p11_kits_own_proxy_is_refused() -> None:
    if not PROXIES:
        pytest.skip("p11-kit is not installed here")

    with pytest.raises(DeviceError) as caught:
        open_module(PROXIES[0], sha256=None, environment={})

    verify_refused(caught.value)


def verify_refused(error: DeviceError) -> None:
    assert told(error) == ("HSM-FUNCTIONS-01", False)
    assert "p11-kit's proxy" in str(error)
    assert error.meaning.endswith("no token was reached.")
    assert "the device's own module" in error.remedy
