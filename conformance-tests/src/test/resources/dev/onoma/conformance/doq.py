"""What no client of DNS over QUIC may do, and what becomes of it: one line each.

Usage: doq.py PORT AUTHORITY
"""
import asyncio
import collections
import struct
import sys

import dns.message
import dns.edns
from aioquic.asyncio import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, StreamDataReceived, StreamReset


class Client(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.happened = asyncio.Queue()
        self.received = collections.defaultdict(bytes)

    def quic_event_received(self, event):
        if isinstance(event, ConnectionTerminated):
            self.happened.put_nowait(f"closed {event.error_code:#x}")
        elif isinstance(event, StreamReset):
            self.happened.put_nowait(f"reset {event.error_code:#x}")
        elif isinstance(event, StreamDataReceived):
            self.received[event.stream_id] += event.data
            if event.end_stream and self.received[event.stream_id]:
                self.answered(self.received[event.stream_id])

    def answered(self, octets):
        message = dns.message.from_wire(octets[2:])
        self.happened.put_nowait(f"answer {message.id} {message.answer[0][0]}")


def query(number=0, options=()):
    message = dns.message.make_query("a.test", "A", use_edns=0, options=list(options))
    message.id = number
    return message.to_wire()


def framed(octets):
    return struct.pack("!H", len(octets)) + octets


KEEPALIVE = dns.edns.GenericOption(11, b"")
ATTEMPTS = {
    "query": [(framed(query()), True)],
    "octet by octet": [(bytes([octet]), False) for octet in framed(query())],
    "no end": [(framed(query()), False)],
    "an ID": [(framed(query(7)), True)],
    "keepalive": [(framed(query(0, [KEEPALIVE])), True)],
    "too short": [(framed(b"abc"), True)],
    "no query": [(framed(b"\0" * 12), True)],
    "half": [(framed(query())[:20], True)],
    "nothing": [(b"", True)],
    "two": [(framed(query()) + framed(query()), True)],
    "stalled": [(framed(query())[:20], False)],
}


STREAMS = 200


def configured(authority, protocol="doq"):
    configuration = QuicConfiguration(alpn_protocols=[protocol], is_client=True)
    configuration.load_verify_locations(authority)
    configuration.server_name = "dns.example"
    return configuration


async def attempts(port, authority):
    for name, parts in ATTEMPTS.items():
        async with connect("127.0.0.1", port, configuration=configured(authority), create_protocol=Client) as client:
            stream = client._quic.get_next_available_stream_id()
            for octets, end in parts:
                client._quic.send_stream_data(stream, octets, end)
                client.transmit()
            print(f"{name}: {await asyncio.wait_for(client.happened.get(), 10)}", flush=True)


async def many_streams(port, authority):
    async with connect("127.0.0.1", port, configuration=configured(authority), create_protocol=Client) as client:
        for _ in range(STREAMS):
            client._quic.send_stream_data(client._quic.get_next_available_stream_id(), framed(query()), True)
        client.transmit()
        answers = {await asyncio.wait_for(client.happened.get(), 10) for _ in range(STREAMS)}
        print(f"many streams: {answers}", flush=True)


async def another_protocol(port, authority):
    try:
        async with connect("127.0.0.1", port, configuration=configured(authority, "h3")):
            print("another protocol: served")
    except ConnectionError:
        print("another protocol: refused")


async def resumption(port, authority):
    tickets = asyncio.Queue()
    async with connect("127.0.0.1", port, configuration=configured(authority), session_ticket_handler=tickets.put_nowait):
        ticket = await asyncio.wait_for(tickets.get(), 10)
    configuration = configured(authority)
    configuration.session_ticket = ticket
    async with connect("127.0.0.1", port, configuration=configuration) as client:
        print(f"resumed: {client._quic.tls.session_resumed}, early data: {ticket.max_early_data_size}", flush=True)


async def main(port, authority):
    for what in attempts, many_streams, another_protocol, resumption:
        await what(port, authority)


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
