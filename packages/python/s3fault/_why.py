"""Why a request was answered as it was, in words."""

from __future__ import annotations

from typing import Any, Mapping, Optional


class Why:
    """A request and what is said of it. ``str(why)`` tells it in two lines.

    ``request`` is its entry of the journal, ``advice`` what would let it pass (None: nothing is known); docs/control.md
    tells their fields. ``layer`` and ``statement`` (its Sid) are what denied it; empty: nothing did.
    """

    def __init__(self, request: dict[str, Any], advice: Optional[dict[str, Any]] = None) -> None:
        self.request = request
        self.advice = advice
        denied = [d for d in request.get("decisions") or [] if d["verdict"] == "denied"]
        self.layer: str = denied[0].get("layer", "") if denied else ""
        self._finding = _laid_to(denied[0]) if denied else {}
        self.statement: str = (self._finding.get("statement") or {}).get("sid", "")

    @property
    def fault(self) -> str:
        """The name of the fault rule that made the answer; empty: none did."""
        fault = self.request.get("fault") or {}
        return str(fault["rule"]) if fault.get("answered") else ""

    def because(self) -> str:
        """Why, in a line."""
        if self.fault:
            return f"made by the fault rule {self.fault}"
        if self.request.get("lacks"):
            return str(self.request["lacks"])
        if self.request.get("cause"):
            return str(self.request["cause"]["text"])
        if self.layer:
            return f"denied by {self.layer}" + self._where()
        if self.request.get("fault"):
            return f"struck by the fault rule {self.request['fault']['rule']}"
        return self.request.get("message") or "as the operation itself answers"

    def cure(self) -> str:
        """What to do about it, in a line; empty: nothing is known."""
        changes = (self.advice or {}).get("changes") or []
        return "; ".join(change["text"] for change in changes)

    def _where(self) -> str:
        text, statement = "", self._finding.get("statement")
        if statement:
            sid = statement.get("sid")
            text += f', statement "{sid}"' if sid else f", statement {statement['index']}"
        if self._finding.get("policy"):
            text += f" of policy {self._finding['policy']}"
        return text

    def __str__(self) -> str:
        asked = self.request
        where = "/".join(asked[part] for part in ("bucket", "key") if asked.get(part))
        status = asked["status"] or "no answer"
        head = f"{asked.get('operation') or asked['method']} {where} by {asked.get('caller') or 'anonymous'}"
        line = f"{asked['request_id']}  {head}: {status} {asked.get('code') or ''}".rstrip() + ", " + self.because()
        cure = self.cure()
        return line + (f"\n  fix: {cure}" if cure else "")


def _laid_to(decision: Mapping[str, Any]) -> dict[str, Any]:
    """The finding that names what denied: an explicit Deny before what is missing."""
    of_layer = [f for f in decision.get("findings") or [] if f["layer"] == decision.get("layer")]
    for effect in ("explicit-deny", "implicit-deny"):
        for finding in of_layer:
            if finding["effect"] == effect:
                return dict(finding)
    return {}
