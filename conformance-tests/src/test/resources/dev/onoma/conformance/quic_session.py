"""One query over QUIC, with or without a certificate, and with the session of the run before: says `answered`, `resumed` or
`refused`.

Usage: quic_session.py PORT AUTHORITY SESSION SECRETS [CERTIFICATE KEY]

SESSION is read if it is there, and written; SECRETS gets those of the connection, for Wireshark.
"""
import asyncio
import os
import pickle
import struct
import sys

import dns.message
from aioquic.asyncio import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, StreamDataReceived


class Client(QuicConnectionProtocol):
    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.happened = asyncio.Queue()

    def quic_event_received(self, event):
        if isinstance(event, (ConnectionTerminated, StreamDataReceived)):
            self.happened.put_nowait(event)


def keep(file, session):
    with open(file, "wb") as out:
        pickle.dump(session, out)


async def main(port, authority, session, secrets, *identity):
    configuration = QuicConfiguration(alpn_protocols=["doq"], is_client=True, server_name="dns.example")
    configuration.load_verify_locations(authority)
    if identity:
        configuration.load_cert_chain(*identity)
    if os.path.exists(session):
        with open(session, "rb") as kept:
            configuration.session_ticket = pickle.load(kept)
    query = dns.message.make_query("a.test", "A")
    query.id = 0
    octets = query.to_wire()
    with open(secrets, "a") as configuration.secrets_log_file:
        try:
            async with connect(
                "127.0.0.1",
                int(port),
                configuration=configuration,
                create_protocol=Client,
                session_ticket_handler=lambda ticket: keep(session, ticket),
            ) as client:
                stream = client._quic.get_next_available_stream_id()
                client._quic.send_stream_data(stream, struct.pack("!H", len(octets)) + octets, True)
                client.transmit()
                event = await asyncio.wait_for(client.happened.get(), 10)
                if isinstance(event, ConnectionTerminated):
                    print("refused")
                else:
                    print("resumed" if client._quic.tls.session_resumed else "answered")
        except ConnectionError:
            print("refused")


asyncio.run(main(*sys.argv[1:]))
