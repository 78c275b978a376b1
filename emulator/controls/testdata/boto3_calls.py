"""Plays a plan of calls of AWS's control APIs with boto3.

stdin:  {"endpoint", "region", "reset", "key", "secret",
         "services": [{"client", "actions": [{"action", "call"}]}]}
stdout: [{"client", "action", "absent", "answer", "error", "paged", "waiters", "refused": [...]}]

absent: this boto3 is older than the action. An answer is what botocore has parsed, as JSON. An error is {"type", "code", "message"}, in
which the type is the name of the exception's class.
"""

import datetime
import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def plain(value):
    """What JSON has no form for, as text."""
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError(f"{type(value)} in an answer")


def failure(error):
    told = getattr(error, "response", {}).get("Error", {})
    return {"type": type(error).__name__, "code": told.get("Code", ""), "message": told.get("Message", str(error))}


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def at(answer, place):
    for step in place.split("."):
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer


def filled(parameters, kept):
    return {
        name: kept[value[1:]] if isinstance(value, str) and value.startswith("$") else value
        for name, value in (parameters or {}).items()
    }


class Player:
    def __init__(self, plan, service):
        self.reset_url = plan["reset"]
        self.client = boto3.client(
            service["client"], endpoint_url=plan["endpoint"], region_name=plan["region"],
            aws_access_key_id=plan["key"], aws_secret_access_key=plan["secret"],
            # S3 Control's client puts the account in front of the host, whose name nobody knows.
            config=Config(retries={"max_attempts": 0}, proxies={"http": plan["endpoint"]}),
        )
        self.methods = {action: method for method, action in self.client.meta.method_to_api_mapping.items()}

    def call(self, action, parameters):
        return without_metadata(getattr(self.client, self.methods[action])(**(parameters or {})))

    def fresh(self, call):
        """The world as it was loaded, brought to where the call succeeds."""
        urllib.request.urlopen(urllib.request.Request(self.reset_url, method="POST")).close()
        kept = {}
        for step in call.get("Before") or []:
            answer = self.call(step["Action"], filled(step["Parameters"], kept))
            kept.update({name: at(answer, place) for name, place in (step.get("Keep") or {}).items()})
        return filled(call.get("Parameters"), kept)

    def play(self, action, call):
        report = {"action": action, "refused": []}
        if action not in self.methods:
            return {**report, "absent": True}
        try:
            parameters = self.fresh(call)
            for refusal in call.get("Refused") or []:
                report["refused"].append(self.refused(action, refusal["Parameters"]))
            self.read(action, parameters, call.get("Vain") or [], report)
        except (ClientError, BotoCoreError) as error:
            report["error"] = failure(error)
        return report

    def read(self, action, parameters, vain, report):
        """One call, its pages and what waits for it."""
        method = self.methods[action]
        waiters = [w for w in self.client.waiter_names if self.client.get_waiter(w).config.operation == action]
        report["waiters"] = waiters
        for waiter in set(waiters) - set(vain):
            self.client.get_waiter(waiter).wait(**parameters, WaiterConfig={"Delay": 1, "MaxAttempts": 1})
        if self.client.can_paginate(method):
            pages = self.client.get_paginator(method).paginate(**parameters)
            report["answer"], report["paged"] = without_metadata(pages.build_full_result()), True
            return
        report["answer"] = self.call(action, parameters)

    def refused(self, action, parameters):
        try:
            self.call(action, parameters)
        except ClientError as error:
            told = failure(error)
            # client.exceptions has the class, and only modelled ones: others are ClientError.
            told["modelled"] = type(error) is not ClientError and isinstance(error, getattr(self.client.exceptions, told["type"]))
            return told
        return {"type": "", "code": "", "message": "no error", "modelled": False}


def main():
    plan = json.load(sys.stdin)
    reports = []
    for service in plan["services"]:
        player = Player(plan, service)
        for row in service["actions"]:
            reports.append({"client": service["client"], **player.play(row["action"], row["call"])})
    json.dump(reports, sys.stdout, default=plain)


main()
