"""Requests over HTTP/3 that are not as they should be, and the statuses that they get: one line each.

Usage: doh3.py PORT AUTHORITY
"""
import asyncio
import base64
import sys

import dns.message
from aioquic.asyncio import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import StreamReset


class Client(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.http = H3Connection(self._quic)
        self.happened = asyncio.Queue()

    def quic_event_received(self, event):
        if isinstance(event, StreamReset):
            self.happened.put_nowait(f"reset {event.error_code:#x}")
        for of_http in self.http.handle_event(event):
            if isinstance(of_http, HeadersReceived):
                headers = dict(of_http.headers)
                more = headers.get(b"cache-control", headers.get(b"allow", b"")).decode()
                self.happened.put_nowait(f"{headers[b':status'].decode()} {more}".strip())


QUERY = dns.message.make_query("a.test", "A").to_wire()
IN_PATH = base64.urlsafe_b64encode(QUERY).decode().rstrip("=")
DNS = "application/dns-message"
REQUESTS = {
    "get": ("GET", "/dns-query?dns=" + IN_PATH, None, b"", True),
    "post": ("POST", "/dns-query", DNS, QUERY, True),
    "no message": ("GET", "/dns-query", None, b"", True),
    "two messages": ("GET", f"/dns-query?dns={IN_PATH}&dns={IN_PATH}", None, b"", True),
    "another path": ("GET", "/query?dns=" + IN_PATH, None, b"", True),
    "another method": ("PUT", "/dns-query", DNS, QUERY, True),
    "the head only": ("HEAD", "/dns-query?dns=" + IN_PATH, None, b"", True),
    "another type": ("POST", "/dns-query", "text/plain", QUERY, True),
    "no query": ("POST", "/dns-query", DNS, b"abc", True),
    "no body": ("POST", "/dns-query", DNS, b"", True),
    "a large body": ("POST", "/dns-query", DNS, b"x" * 65536, True),
    "another coding": ("POST", "/dns-query", DNS, QUERY, True, [("transfer-encoding", "chunked")]),
    "two servers": ("GET", "/dns-query?dns=" + IN_PATH, None, b"", True, [("host", "other.example")]),
    "in another spelling": ("GET", "/dns%2Dquery?dns=" + IN_PATH, None, b"", True),
    "stalled": ("POST", "/dns-query", DNS, QUERY[:5], False),
}


async def main(port, authority):
    configuration = QuicConfiguration(alpn_protocols=["h3"], is_client=True)
    configuration.load_verify_locations(authority)
    configuration.server_name = "dns.example"
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Client) as client:
        for name, (method, path, media_type, body, end, *more) in REQUESTS.items():
            stream = client._quic.get_next_available_stream_id()
            headers = [(":method", method), (":scheme", "https"), (":authority", "dns.example"), (":path", path)]
            for fields in more:
                headers += fields
            if media_type:
                headers.append(("content-type", media_type))
            encoded = [(key.encode(), value.encode()) for key, value in headers]
            client.http.send_headers(stream, encoded, end_stream=end and not body)
            if body:
                client.http.send_data(stream, body, end_stream=end)
            client.transmit()
            print(f"{name}: {await asyncio.wait_for(client.happened.get(), 10)}", flush=True)


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
