"""Attackers who also send lists in, so that there are returned lists to attack."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.api.service import API
from tests.scenarios.attack import Attack, Attacker

LISTS = f"{API}/returned-lists"
HEADINGS = "Economy,Name,Position,Organisation,Telephone,E-mail,Confirmed"
MARKINGS = ("CLEAR", "GREEN", "AMBER", "RED", "TOP")
SOMETIMES = 0.7


@dataclass
class Returning(Attacker):
    """Sends a list where the others' request would have been one without a file.

    Attributes:
        met: How often the address of a returned list was answered with it, or refused as unknown.
    """

    met: Counter[str] = field(default_factory=Counter)

    def next(self) -> Attack:
        """The next request."""
        attack = super().next()
        path = attack.target.partition("?")[0]
        if attack.method == "POST" and path == LISTS and self.random.random() < SOMETIMES:
            return self._list(attack)
        return attack

    def learn(self, attack: Attack, answer: bytes, headers: dict[str, str]) -> None:
        """Learn as others do; and count what became of the addresses of lists."""
        super().learn(attack, answer, headers)
        if attack.target.partition("?")[0].removeprefix(f"{LISTS}/")[:36] in self.lists:
            is_unknown = b"no returned list" in answer
            is_shown = answer.startswith((b'{"id"', b'{"items"'))
            self.met["unknown" if is_unknown else "shown" if is_shown else "refused"] += 1

    @property
    def lists(self) -> list[str]:
        """The ids of the lists that have been sent in, by anybody."""
        return self.ids.get("returned-lists", [])

    def must_have_met(self) -> None:
        """Fail unless lists were sent in, and shown to some and unknown to others."""
        assert len(self.lists) > 5
        assert {"shown", "unknown"} <= self.met.keys(), self.met

    def _list(self, attack: Attack) -> Attack:
        draw = self.random
        rows = "".join(f"{self._row()}\r\n" for _ in range(draw.choice([1, 2, 5])))
        told = {"marking": draw.choice(MARKINGS)} if draw.random() < 0.7 else {}
        if draw.random() < 0.3:
            told["meeting"] = draw.choice(self.ids["meetings"])
        parts = [
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in told.items()
        ]
        parts.append(
            '--b\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
            f"{HEADINGS}\r\n{rows}\r\n--b--\r\n"
        )
        header = attack.header | {"CONTENT_TYPE": "multipart/form-data; boundary=b"}
        body = "".join(parts).encode("utf-8", "surrogatepass")
        return Attack(attack.who, attack.is_forged, "POST", LISTS, header, body)

    def _row(self) -> str:
        """One row, of a desk that is held, hidden or new."""
        draw = self.random
        self.written += 1
        cells = [
            draw.choice(["Australia", "Japan", "BD", "Nowhere"]),
            draw.choice(["Kim EXAMPLE", "=1+1", f"Made {self.written} SAMPLE", ""]),
            draw.choice(["Desk", "name", "<b>desk</b>"]),
            draw.choice(["Example Unit (fictional)", "police", "name"]),
            draw.choice([*self.parameters["number"], "n/a"]),
            draw.choice(["desk@unit.example", "same"]),
            draw.choice(["", "2026-11-20", "30 February"]),
        ]
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
