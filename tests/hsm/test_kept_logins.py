"""A login that is kept for several acts, and a module that fails as it is ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ceremony.conduct.devices import Devices
from ceremony.errors import DeviceError
from ceremony.hsm.module import module_digest
from ceremony.identifiers import OperationId
from ceremony.pack.binding import ModuleBinding, PinSource, TokenBinding
from tests.faulty.site import Site
from tests.hsm.fresh_token import USER_PIN, secret
from tests.unit.pack.test_site_binding import sound

pytestmark = pytest.mark.hsm

NAME = "hsm"


@pytest.fixture
def devices(site: Site) -> Iterator[Devices]:
    """The faulty module and its token, bound as a site binds them."""
    path, environment = site.faulty.path, site.faulty.environment()
    facts = site.token.facts
    binding = replace(
        sound(),
        modules=(ModuleBinding("faulty", path, module_digest(path), environment),),
        tokens=(
            TokenBinding(
                NAME, "faulty", facts.serial, facts.label, PinSource.TYPED, ""
            ),
        ),
    )
    with Devices(binding) as made:
        yield made


def seen(devices: Devices) -> list[str]:
    """List what the token shows to whoever is logged in, without a PIN."""
    with devices.token(NAME).session(None) as session:
        return [each.object_class for each in session.inventory().entries]


def test_a_kept_login_serves_several_acts_and_ends_with_the_logout(
    site: Site, devices: Devices
) -> None:
    site.generate(OperationId("ab" * 16))
    with secret(USER_PIN) as pin:
        devices.log_in(NAME, pin)
    # The PIN is wiped by now; what is kept is the login.
    for _ in range(2):
        with devices.session(NAME, None) as session:
            assert len(session.inventory().entries) == 2
    devices.log_out(NAME)
    assert seen(devices) == ["CKO_PUBLIC_KEY"]
    devices.log_out(NAME)
    with pytest.raises(DeviceError) as caught, devices.session(NAME, None):
        pass
    assert caught.value.code == "CONDUCT-LOGIN-01"


@pytest.mark.parametrize("all_at_once", [False, True])
def test_where_the_logout_fails_the_process_ends_and_with_it_the_login(
    site: Site, devices: Devices, *, all_at_once: bool
) -> None:
    site.generate(OperationId("cd" * 16))
    with secret(USER_PIN) as pin:
        devices.log_in(NAME, pin)
    module = devices.module("faulty")
    site.faulty.plan("C_Logout * before return 0x30")
    if all_at_once:
        # A break begins all the same: nobody is logged in.
        devices.log_out_all()
    else:
        with pytest.raises(DeviceError) as caught:
            devices.log_out(NAME)
        assert caught.value.code == "HSM-DEVICE-01"
    site.faulty.plan()
    assert not module.is_running
    assert seen(devices) == ["CKO_PUBLIC_KEY"]
