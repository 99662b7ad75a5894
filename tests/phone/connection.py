"""Room for HTTP as Collect speaks it: its headers, the device's id, passwords, XML that it accepts.

It must not know forms or submissions. `phone` asks through it; every request lands in the report.
"""

import re
import time
import urllib.parse
import xml.etree.ElementTree as ET

import requests
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from tests.phone.report import Exchange, Report

USER_AGENT = "org.odk.collect.android/v2026.1-standin Dalvik/2.1.0 (Linux; U; Android 14; Headless)"


class Connection:
    """A phone's connection to one server."""

    def __init__(self, report: Report, user: str | None = None, password: str = "",
                 device_id: str = "collect:fIlLeRhEaDlEsS01"):
        self.report = report
        self.device_id = device_id
        self._user, self._password = user, password
        self._auth = None
        self._http = requests.Session()
        self._http.trust_env = False

    def close(self) -> None:
        """Ends kept connections."""
        self._http.close()

    def with_device(self, url: str) -> str:
        """The address with the device's id, which Collect appends to all of them."""
        sign = "&" if urllib.parse.urlsplit(url).query else "?"
        return url + sign + "deviceID=" + urllib.parse.quote(self.device_id, safe="-_.~!*'()")

    def request(self, method: str, url: str, step: str, body: bytes | None = None, headers=None):
        """The answer, redirects followed and a challenge met."""
        # Collect's pattern says "hh": the hour runs from 01 to 12 and there is no AM or PM
        told = {"User-Agent": USER_AGENT, "X-OpenRosa-Version": "1.0", "Accept-Encoding": "gzip",
                "Date": time.strftime("%a, %d %b %Y %I:%M:%S GMT", time.gmtime()), **(headers or {})}
        began = time.monotonic()
        options = {"headers": told, "data": body, "timeout": (30, 60)}
        answer = self._http.request(method, url, auth=self._auth, **options)
        if answer.status_code == 401 and self._user is not None and self._auth is None:
            self._choose(answer, step)
            answer = self._http.request(method, url, auth=self._auth, **options)
        for hop in answer.history:
            if hop.is_redirect:
                self.report.info(step, f"redirect {hop.status_code} followed", hop.headers.get("Location"))
        self.report.exchanges.append(Exchange(method, url, answer.status_code, time.monotonic() - began,
                                              len(body or b""), len(answer.content)))
        return answer

    def download(self, url: str, step: str, headers=None):
        """A 200 answer; anything else stops Collect."""
        answer = self.request("GET", self.with_device(url), step, headers=headers)
        if answer.status_code != 200:
            self.report.fatal(step, f"status {answer.status_code}", answer.text[:300])
        return answer

    def xml(self, url: str, step: str) -> ET.Element:
        """The root of an OpenRosa document, its headers checked."""
        answer = self.download(url, step)
        kind = answer.headers.get("Content-Type")
        if kind is None:
            self.report.info(step, "no Content-Type (Collect only objects to a wrong one)")
        elif "text/xml" not in kind.lower():
            self.report.fatal(step, f"Content-Type {kind!r} does not contain text/xml")
        version = answer.headers.get("X-OpenRosa-Version")
        if version is None:
            self.report.fatal(step, "no X-OpenRosa-Version: Collect says this is not an OpenRosa server")
        if version != "1.0":
            self.report.warning(step, f"X-OpenRosa-Version is {version!r}, not '1.0'")
        if "Date" not in answer.headers:
            self.report.info(step, "no Date header")
        try:
            return ET.fromstring(answer.content)
        except ET.ParseError as fault:
            return self.report.fatal(step, f"not well-formed XML: {fault}")

    def _choose(self, answer, step: str) -> None:
        challenges = answer.headers.get("WWW-Authenticate", "")
        if re.search(r"\bdigest\b", challenges, re.I):
            self._auth = HTTPDigestAuth(self._user, self._password)
        elif not re.search(r"\bbasic\b", challenges, re.I):
            self.report.fatal(step, "401 without a Digest or Basic challenge", challenges)
        elif urllib.parse.urlsplit(answer.url).scheme != "https":
            self.report.fatal(step, "only Basic over plain http: Collect answers Basic over https alone")
        else:
            self._auth = HTTPBasicAuth(self._user, self._password)
