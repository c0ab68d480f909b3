"""The studio's server under real clients, load, kills, many works and a fuzzer. Timings are of an idle machine."""

import base64
import concurrent.futures
import io
import os
import random
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from ganvas.ground.images import encode_png
from ganvas.studio.gallery import MOST_FOUND
from ganvas.studio.jobs import ENDED
from ganvas.studio.studio import open_studio
from tests.proof.studio import browser, start, stop, studio, wait_for
from tests.studio.fakes import kept

pytestmark = pytest.mark.proof
Record = Callable[[str, object], None]
SECONDS, WARM = int(os.environ.get("GANVAS_LOAD_SECONDS", "60")), 12
"""How long each load lasts, and drawings before it is measured."""
KILLS, MANY = int(os.environ.get("GANVAS_KILLS", "20")), int(os.environ.get("GANVAS_MANY", "100000"))
BODY = {"prompt": "a red apple", "size": "64x64", "response_format": "b64_json"}


def test_openais_own_client_lists_models_generates_and_edits(tmp_path: Path) -> None:
    from openai import BadRequestError, OpenAI

    with studio(tmp_path) as address:
        client = OpenAI(base_url=f"{address}/v1", api_key="none")
        assert "emoji-64" in [model.id for model in client.models.list()]
        made = client.images.generate(model="emoji-64", prompt="a red apple", size="1024x1024", n=2, response_format="b64_json")
        pictures = [Image.open(io.BytesIO(base64.b64decode(one.b64_json or ""))) for one in made.data or ()]
        assert [picture.size for picture in pictures] == [(1024, 1024)] * 2
        (kept_one,) = client.images.generate(prompt="a lonely robot in spring").data or ()
        picture = httpx.get(kept_one.url or "", trust_env=False).content
        (edited,) = (
            client.images.edit(image=("a.png", picture), prompt="in the style of twemoji", response_format="b64_json").data or ()
        )
        assert Image.open(io.BytesIO(base64.b64decode(edited.b64_json or ""))).size == (256, 256)
        with pytest.raises(BadRequestError, match="less than or equal to 10"):
            client.images.generate(prompt="a", n=99)


def memory_of(process: int) -> int:
    """Return the resident memory of a process, in kB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


def load(address: str, clients: int, seconds: float) -> tuple[list[float], list[int]]:
    """Ask for pictures by so many clients at once; return the seconds of each answer, and other statuses."""
    times, wrong, end = list[float](), list[int](), time.monotonic() + seconds

    def ask(number: int) -> None:
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as web:
            while time.monotonic() < end:
                began = time.monotonic()
                status = web.post("/v1/images/generations", json=BODY | {"seed": number}).status_code
                if status == 200:
                    times.append(time.monotonic() - began)
                else:
                    wrong.append(status)

    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, range(clients)))
    return times, wrong


def test_many_clients_at_once(tmp_path: Path, record_property: Record) -> None:
    process, address = start(tmp_path)
    try:
        load(address, 1, WARM / 4)
        for clients in (4, 32):
            before = memory_of(process.pid)
            times, wrong = load(address, clients, SECONDS)
            p95 = statistics.quantiles(times, n=20)[-1]
            record_property(f"{clients} clients: pictures/s", round(len(times) / SECONDS, 1))
            record_property(f"{clients} clients: p95 ms", round(1000 * p95))
            record_property(
                f"{clients} clients: 429, other errors", (wrong.count(429), len([one for one in wrong if one != 429]))
            )
            record_property(f"{clients} clients: memory before and after, MB", (before // 1024, memory_of(process.pid) // 1024))
            assert not [one for one in wrong if one != 429] and wrong.count(429) <= 0.01 * len(times)
    finally:
        stop(process)


def test_a_server_that_is_killed_loses_nothing(tmp_path: Path, record_property: Record) -> None:
    accepted = list[int]()
    numbers = random.Random(1)
    for _ in range(KILLS):
        process, address = start(tmp_path)
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as web:
            for job in web.get("/api/jobs").json():
                if job["state"] == "interrupted":
                    web.post(f"/api/jobs/{job['id']}/retry")
            threading.Timer(numbers.uniform(0.2, 2.5), process.send_signal, [signal.SIGKILL]).start()
            try:
                while True:
                    body = {"request": {"idea": "a red apple", "count": 3, "llm": "none", "size": 64}}
                    accepted.append(web.post("/api/jobs/imagine", json=body).json()["id"])
                    time.sleep(0.05)
            except httpx.HTTPError:
                stop(process)
    with open_studio(tmp_path) as opened:
        lost = [number for number in accepted if opened.jobs.get(number).state not in (*ENDED, "queued", "running")]
        named = {row[0] for row in opened.database.read("SELECT name FROM files")}
        there = {path.name for path in (tmp_path / "files").rglob("*.png")}
        record_property(
            "kills, jobs accepted, lost, orphan files, missing files",
            (KILLS, len(accepted), len(lost), len(there - named), len(named - there)),
        )
        assert opened.database.is_whole() and not lost and there == named
        assert sum(opened.jobs.get(number).state in ("failed", "cancelled") for number in accepted) == 0


def fill(folder: Path, count: int) -> None:
    """Put so many works into a studio at once; their files are few, as only rows are many here."""
    with open_studio(folder) as opened:
        first = opened.gallery.get(opened.gallery.add(kept("first", number=1)))
    ideas = (
        "a lonely robot in spring",
        "春天里孤独的机器人",
        "a happy cat",
        "一只开心的猫",
        "a castle at night",
        "雨中的红色汽车",
        "a whale",
        "三只企鹅",
    )
    with sqlite3.connect(folder / "studio.sqlite") as database:
        from ganvas.studio.words import index_of

        record = database.execute("SELECT provenance FROM works").fetchone()[0]
        rows = (
            (f"{number:064x}.png", "image/png", "scene", f"{ideas[number % 8]} {number}", record, 256, 256, float(number))
            for number in range(count)
        )
        database.executemany(
            "INSERT INTO works (name, media, kind, idea, provenance, width, height, made) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
        )
        database.execute("INSERT INTO files SELECT name, id, '.png' FROM works WHERE id > 1")
        found = database.execute("SELECT id, idea FROM works WHERE id > 1").fetchall()
        database.executemany(
            "INSERT INTO search (rowid, words) VALUES (?, ?)",
            ((number, index_of(f"{idea} scene robot noto")) for number, idea in found),
        )
        lone = database.execute("SELECT max(id) FROM works").fetchone()[0] - 10
        database.execute("UPDATE search SET words = words || ' zebra 斑马' WHERE rowid = ?", [lone])
    assert first.id == 1
    picture = encode_png(np.full((64, 64, 3), 180, np.uint8))
    for number in range(300):
        for place in (number, count - 1 - number):
            path = folder / "files" / f"{place:064x}"[:2] / f"{place:064x}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture)


def test_a_hundred_thousand_works(tmp_path: Path, record_property: Record) -> None:
    fill(tmp_path, MANY)
    with studio(tmp_path) as address, httpx.Client(base_url=address, timeout=60, trust_env=False) as web:
        queries = {"zebra": 1, "斑马": 1, "cat": MANY // 8, "机器": MANY // 8, "robot": MANY, "": MANY + 1}
        for words, least in queries.items():
            times = []
            for _ in range(7):
                began = time.monotonic()
                answer = web.get("/api/works", params={"words": words, "count": 60}).json()
                times.append(1000 * (time.monotonic() - began))
            record_property(f"search {words!r}: found, median ms", (answer["total"], round(statistics.median(times), 1)))
            assert answer["total"] >= (min(least, MOST_FOUND) if words else least)
        with browser() as chromium:
            page = chromium.new_page(viewport={"width": 1280, "height": 900})
            began = time.monotonic()
            page.goto(address)
            page.wait_for_selector(".tile")
            record_property("ms to the first page", round(1000 * (time.monotonic() - began)))
            frames = page.evaluate("""async () => {
                const times = []; let last = performance.now();
                for (let step = 0; step < 240; step += 1) {
                    scrollBy(0, 90);
                    await new Promise(requestAnimationFrame);
                    const now = performance.now(); times.push(now - last); last = now;
                }
                return times.sort((one, other) => one - other);
            }""")
            record_property("ms a frame while scrolling: median, p95", (round(frames[120], 1), round(frames[228], 1)))
            heap = "performance.memory.usedJSHeapSize"
            before = page.evaluate(heap)
            for share in range(1, 21):
                page.evaluate("share => scrollTo(0, document.documentElement.scrollHeight * share / 20)", share)
                page.wait_for_timeout(150)
            record_property(
                "page's memory before and after the whole gallery, MB", (before // 2**20, page.evaluate(heap) // 2**20)
            )
            assert page.locator(".tile").count() < 150


def test_a_fuzzer_finds_no_error_of_ours(tmp_path: Path, record_property: Record) -> None:
    with studio(tmp_path) as address:
        with httpx.Client(base_url=address, timeout=60, trust_env=False) as web:
            made = web.post(
                "/api/jobs/imagine", json={"request": {"idea": "a cat", "count": 2, "llm": "none", "size": 64}}
            ).json()
            wait_for(web, made["id"])
        command = (
            sys.executable, "-m", "schemathesis.cli", "run", f"{address}/openapi.json", "--checks", "not_a_server_error",
            "--max-examples", os.environ.get("GANVAS_FUZZ", "20"), "--request-timeout", "60", "--exclude-path", "/api/events",
            "--seed", "1", "--phases", "fuzzing",
        )  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, cwd=tmp_path)
        record_property("schemathesis", done.stdout.strip().splitlines()[-1])
        assert done.returncode == 0, done.stdout[-6000:]
        assert httpx.get(f"{address}/api/works", trust_env=False).status_code == 200


def test_five_gigabytes_and_a_hundred_slow_ones_hold_nobody_up(tmp_path: Path, record_property: Record) -> None:
    process, address = start(tmp_path)
    host, _, port = address.removeprefix("http://").rpartition(":")
    try:
        before = memory_of(process.pid)
        slow = [socket.create_connection((host, int(port))) for _ in range(100)]
        for one in slow:
            one.sendall(b"POST /api/pictures HTTP/1.1\r\nhost: 127.0.0.1\r\n")
        sent, chunk = 0, b"10000\r\n" + b"x" * 65536 + b"\r\n"
        with socket.create_connection((host, int(port)), timeout=60) as endless:
            endless.sendall(b"POST /api/pictures HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\n")
            try:
                while sent < 5_000_000_000:
                    endless.sendall(chunk)
                    sent += 65536
            except OSError:
                pass
        began = time.monotonic()
        assert httpx.get(f"{address}/api/works", trust_env=False).status_code == 200
        record_property(
            "bytes taken of 5 GB, ms of another's answer, MB more memory",
            (sent, round(1000 * (time.monotonic() - began)), (memory_of(process.pid) - before) // 1024),
        )
        assert sent < 100_000_000
        time.sleep(12)
        assert all(one.recv(1) == b"" for one in slow), "they are hung up on"
        for one in slow:
            one.close()
    finally:
        stop(process)
