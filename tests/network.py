"""Nothing that runs in a test's process reaches another machine.

The methods of sockets are replaced, and no audit hook set up: Python would call that for whatever
is compiled and for every ``id`` too, a twentieth of what the tests cost.
"""

import socket
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from httpx._config import create_ssl_context
from httpx._transports import default

_THIS_MACHINE = {None, "", "localhost", "127.0.0.1", "::1"}
_SENDING: dict[str, Callable[..., Any]] = {
    # To whom, given what else the method is given; None is whoever the socket is connected to.
    "connect": lambda address: address,
    "connect_ex": lambda address: address,
    "sendto": lambda data, *flags_and_address: flags_and_address[-1],
    "sendmsg": lambda buffers, ancillary=(), flags=0, address=None: address,
}
_ASKING = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")


def shut() -> None:
    """Refuse every address that is not this machine's, from now on.

    So nobody is met whose certificate could be looked at: which ones are trusted is read once, and
    not for each of httpx's clients anew, which takes longer than most of what is asked with them.
    """
    for name, address_of in _SENDING.items():
        setattr(socket.socket, name, _sending(getattr(socket.socket, name), address_of))
    for name in _ASKING:
        setattr(socket, name, _asking(getattr(socket, name)))
    vars(default)["create_ssl_context"] = cache(create_ssl_context)


def _sending(method: Callable[..., Any], address_of: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def guarded(self: socket.socket, *given: Any) -> Any:
        address = address_of(*given)
        if isinstance(address, tuple):  # a path is a Unix socket
            _refuse_others(address[0])
        return method(self, *given)

    return guarded


def _asking(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def guarded(host: Any, *given: Any, **named: Any) -> Any:
        _refuse_others(host)
        return function(host, *given, **named)

    return guarded


def _refuse_others(host: Any) -> None:
    if host not in _THIS_MACHINE:
        raise RuntimeError(f"a test tried to reach {host}: tests stay on this machine")
