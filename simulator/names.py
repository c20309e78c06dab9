"""The raw names that the logs know people and devices by: phone numbers, addresses, browsers, device ids."""

from typing import Final

_WINDOWS: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
_APPLE: Final = "like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_ANDROID: Final = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome"

AGENTS: Final = (
    f"{_WINDOWS} Chrome/132.0.0.0 Safari/537.36",
    f"{_WINDOWS} Chrome/133.0.0.0 Safari/537.36 Edg/133.0.0.0",
    f"{_WINDOWS} Chrome/109.0.5414.168 Safari/537.36 QIHU 360EE",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.2 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:134.0) Gecko/20100101 Firefox/134.0",
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 {_APPLE} Mobile/15E148 MicroMessenger/8.0.55(0x18003731) Language/zh_CN",
    f"Mozilla/5.0 (Linux; Android 14; CUBOT KINGKONG 9) {_ANDROID}/131.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Linux; Android 15; 2410DPN6CC) {_ANDROID}/132.0.0.0 Mobile Safari/537.36",
    f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {_ANDROID}/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile",
    f"Mozilla/5.0 (iPad; CPU OS 17_7 {_APPLE} Version/17.7 Mobile/15E148 Safari/604.1",
    f"{_WINDOWS} Chrome/122.0.6261.95 Safari/537.36 AliApp(AP/10.6.80)",
)
"""Browsers that people use."""

KINDS: Final = (*["desktop"] * 6, *["mobile"] * 4, "tablet", "desktop")
"""Kind of device that each of them runs on."""

SYSTEMS: Final = ("Android", "iOS", "HarmonyOS")
"""What the app runs on."""

_DEVICES_AN_ADDRESS: Final = 3


def name_phone(customer: int) -> str:
    """Give a customer their phone number; no two have the same."""
    return f"130{(customer * 48_271 + 12_345) % 100_000_000:08d}"


def name_address(device: int) -> str:
    """Give a web device its IP address; three devices with different browsers stand behind each (carrier-grade NAT)."""
    number = device // _DEVICES_AN_ADDRESS * 40_503 % 4_194_304
    return f"100.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def name_agent(device: int) -> str:
    """Give a web device its user agent; address and agent together are one device's alone."""
    return AGENTS[device % len(AGENTS)]


def name_kind(channel: str, device: int) -> str | None:
    """Tell the kind of a device, as far as its channel's log tells it: WAP's gateway does not."""
    return {"web": KINDS[device % len(KINDS)], "app": SYSTEMS[device % len(SYSTEMS)]}.get(channel)


def name_device(device: int) -> str:
    """Give an app device its id; no two have the same."""
    return f"d{device * 2_654_435_761 % 4_294_967_296:08x}{device:06x}"


def name_access_point(customer: int) -> str:
    """Give the access point that a customer's phone hangs on: MAC address and network name."""
    cell = customer % 997
    return f"02-00-5E-00-{cell >> 8:02X}-{cell & 255:02X}:CMCC"
