"""recorded.py pass PORT FOLDER READY  : a proxy to PORT of this machine that records all bytes in FOLDER; writes its own port to READY.
recorded.py check FOLDER OPENAPI.json  : checks every recorded reply against the OpenAPI description of the server.

The proxy passes all bytes on unchanged. A reply is right if the description of its operation lists its status and type, and its body
matches the schema. An operation that is not described must not be answered 2xx."""

import collections
import json
import pathlib
import socket
import sys
import threading
import urllib.parse

BLOCK = 1 << 16


def copy(source, target, file):
    with file.open("wb") as kept:
        try:
            while block := source.recv(BLOCK):
                kept.write(block)
                kept.flush()
                target.sendall(block)
        except OSError:
            pass  # one side closed the connection; the lines below close the other
    for end, how in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
        try:
            end.shutdown(how)
        except OSError:
            pass


def serve(client, port, folder, number):
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        answers = threading.Thread(target=copy, args=(server, client, folder / f"{number:06}.replies"))
        answers.start()
        copy(client, server, folder / f"{number:06}.requests")
        answers.join()


def pass_on(port, folder, ready):
    folder.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        ready.write_text(str(listener.getsockname()[1]))
        for number in range(1_000_000):
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client, port, folder, number), daemon=True).start()


class CutOff(Exception):
    """The recording ends in the middle of a message."""


class Bytes:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        if self.at + length > len(self.data):
            raise CutOff
        self.at += length
        return self.data[self.at - length : self.at]

    def line(self):
        end = self.data.find(b"\r\n", self.at)
        if end < 0:
            raise CutOff
        line = self.data[self.at : end]
        self.at = end + 2
        return line.decode("latin-1")

    def rest(self):
        return self.take(len(self.data) - self.at)

    def head(self):
        first = self.line()
        headers = {}
        while line := self.line():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return first, headers

    def body(self, headers, until_end):
        if "chunked" in headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self.line().split(";")[0], 16):
                body += self.take(size)
                self.take(2)
            while self.line():
                pass
            return body
        if "content-length" in headers:
            return self.take(int(headers["content-length"]))
        return self.rest() if until_end else b""


def exchanges(requests, replies):
    """Yields each request of a connection with its reply, up to the first that is cut off."""
    try:
        while requests.at < len(requests.data):
            first, asked = requests.head()
            method, target = first.split(" ")[:2]
            status, headers = 100, {}
            while status == 100:
                line, headers = replies.head()
                status = int(line.split(" ")[1])
            bodiless = method == "HEAD" or status in (204, 304)
            body = b"" if bodiless else replies.body(headers, True)
            yield method, target, status, headers, body
            requests.body(asked, False)
    except CutOff:
        return


class Description:
    def __init__(self, document):
        import jsonschema  # here, because the proxy runs without it

        self.document = document
        self.base = document["servers"][0]["url"]
        self.validator = jsonschema.Draft202012Validator
        self.validators = {}

    def operation(self, method, path):
        asked = [part for part in path.split("/") if part]
        for template, operations in self.document["paths"].items():
            known = [part for part in template.split("/") if part]
            if len(known) == len(asked) and all(k.startswith("{") or k == a for k, a in zip(known, asked)):
                return f"{method} {template}", operations.get(method.lower())
        return f"{method} {path}", None

    def resolved(self, thing):
        while "$ref" in thing:
            found = self.document
            for step in thing["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/")]
            thing = found
        return thing

    def problem_of(self, schema, body):
        key = json.dumps(schema)
        if key not in self.validators:
            self.validators[key] = self.validator({**schema, "components": self.document["components"]})
        error = next(self.validators[key].iter_errors(json.loads(body)), None)
        return f"at {error.json_path}: {error.message[:300]}" if error else ""

    def problem_of_part(self, line):
        """An element of a stream, or what there is beside them."""
        told = json.loads(line)
        whole = {"status": "IN_PROGRESS", "stream": [told]} if "output" in told else {"stream": [], **told}
        return self.problem_of({"$ref": "#/components/schemas/Stream"}, json.dumps(whole))

    def problem(self, operation, status, headers, body):
        """Says how the reply differs from the description; empty if it does not."""
        if operation is None:
            if 200 <= status < 300:
                return f"{status}, but the operation is not described"
            return self.problem_of({"$ref": "#/components/schemas/Error"}, body) if body else ""
        responses = operation["responses"]
        described = responses.get(str(status)) or responses.get(f"{status // 100}XX")
        if described is None:
            return f"{status} is not among {sorted(responses)}"
        described = self.resolved(described)
        content = described.get("content", {})
        if not content or not body:
            return ""
        kind = headers.get("content-type", "").split(";")[0].strip()
        if kind not in content and "*/*" not in content:
            return f"{kind} is not among {sorted(content)}"
        if kind == "text/event-stream":
            told = (line[6:] for line in body.split(b"\n") if line.startswith(b"data: "))
            if "Stream" in json.dumps(content):
                return next(filter(None, map(self.problem_of_part, told)), "")
            event = {"$ref": "#/components/schemas/Event"}
            return next(filter(None, (self.problem_of(event, line) for line in told)), "")
        schema = content.get(kind, {}).get("schema", {})
        if kind != "application/json" or not schema:
            return ""
        if headers.get("content-encoding") == "gzip":
            import gzip

            body = gzip.decompress(body)
        return self.problem_of(schema, body)


def check(folder, document):
    description = Description(document)
    seen, problems = collections.Counter(), []
    for file in sorted(folder.glob("*.requests")):
        replies = file.with_suffix(".replies")
        for method, target, status, headers, body in exchanges(Bytes(file.read_bytes()), Bytes(replies.read_bytes())):
            path = urllib.parse.urlsplit(target).path
            while "//" in path:
                path = path.replace("//", "/")
            if path.startswith(description.base + "/"):
                path = path.removeprefix(description.base)
            elif not path.startswith("/console/ticket"):
                continue  # pages and their files
            if method == "OPTIONS":
                continue
            name, operation = description.operation(method, path)
            seen[name, 200 <= status < 300] += 1
            if problem := description.problem(operation, status, headers, body):
                problems.append(f"{method} {target}: {problem}")
    for problem in problems[:40]:
        print(f"recorded: {problem}")
    known = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method in operations
        if method not in ("parameters", "summary", "description")
    }
    never = sorted(known - {name for name, good in seen if good})
    print(f"recorded: {sum(seen.values())} replies of {len({name for name, _ in seen})} operations; never 2xx: {', '.join(never) or 'none'}")
    print(f"recorded: {sum(seen.values()) - len(problems)} passed, {len(problems)} failed")
    sys.exit(bool(problems) or not seen)


if __name__ == "__main__":
    if sys.argv[1] == "pass":
        pass_on(int(sys.argv[2]), pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4]))
    else:
        check(pathlib.Path(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text()))
