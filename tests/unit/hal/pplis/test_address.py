import pytest

from hal.clock import SystemClock
from hal.driver import Surroundings
from hal.drivers.pplis import DRIVER
from hal.drivers.pplis.address import Address


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("pplis:///dev/pts/3?baud=9600", Address("/dev/pts/3", 9_600)),
        ("pplis:///dev/serial/by-id/usb-1", Address("/dev/serial/by-id/usb-1")),
        ("pplis+socket://127.0.0.1:5001?timers=0.01", Address("socket://127.0.0.1:5001", timers=0.01)),
        ("pplis+rfc2217://gateway:2217/?patience=2", Address("rfc2217://gateway:2217", patience=2)),
    ],
)
def test_uris(uri: str, address: Address) -> None:
    assert Address.parse(uri) == address
    assert DRIVER.build(uri, Surroundings(SystemClock()))
    assert uri.split(":", 1)[0] in DRIVER.schemes


@pytest.mark.parametrize(
    "uri",
    [
        "opc.tcp://host:1",
        "pplis://",
        "pplis:///",
        "pplis://host/dev/ttyS0",
        "pplis+socket://host",
        "pplis+socket://host:port",
        "pplis+socket://:1",
        "pplis+socket://host:1/path",
        "pplis:///dev/ttyS0?baud=12345",
        "pplis:///dev/ttyS0?baud=fast",
        "pplis:///dev/ttyS0?baud=9600&baud=9600",
        "pplis:///dev/ttyS0?speed=1",
        "pplis:///dev/ttyS0?timers=0",
        "pplis:///dev/ttyS0?timers=2",
        "pplis:///dev/ttyS0?timers=nan",
        "pplis:///dev/ttyS0?patience=inf",
        "pplis:///dev/ttyS0?patience=-1",
        "pplis:///dev/ttyS0?baud",
    ],
)
def test_wrong_uris_are_refused(uri: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        DRIVER.build(uri, Surroundings(SystemClock()))


@pytest.mark.parametrize("scheme", ["pplis+socket", "pplis+rfc2217"])
@pytest.mark.parametrize("options", ["", "?x=1", "?baud=fast"])
def test_credentials_are_refused_and_not_repeated(scheme: str, options: str) -> None:
    with pytest.raises(ValueError, match="no credentials") as refused:
        DRIVER.build(f"{scheme}://user:s3cret@host:4001{options}", Surroundings(SystemClock()))
    assert "s3cret" not in str(refused.value)
