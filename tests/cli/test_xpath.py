"""The workbench on the command line: every line is answered, in order, whatever it holds."""

import json
import subprocess

from tests.cli.conftest import COMMAND, environment


def answers(lines: bytes) -> list[dict]:
    done = subprocess.run([*COMMAND, "xpath", "--jsonl"], input=lines, capture_output=True, env=environment(),
                          check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_lines_in_lines_out():
    asked = [{"id": 1, "expr": "1 div 0"}, {"id": "b", "expr": "1 +"}, {"id": 3, "expr": "explode()"},
             {"id": 4, "expr": "/data/hh", "xml": "<data><hh/><hh/></data>", "tier": "core", "expect": {"type": "x"}},
             {"id": 5, "expr": "date('2024-02-29')", "tz": "Africa/Nairobi"}]
    told = answers(b"\n".join(json.dumps(line).encode() for line in asked) + b"\n\nno json\n\xff\xfe\n[1]\n")
    values = [(line["id"], line["type"], line["value"]) for line in told]
    assert values == [
        (1, "number", "Infinity"), ("b", "error", "parse"), (3, "error", "eval"),
        (4, "nodeset", ["/data[1]/hh[1]", "/data[1]/hh[2]"]), (5, "date", "2024-02-29T00:00:00.000+03:00"),
        (None, "error", "parse"), (None, "error", "parse"), (None, "error", "parse")]


def test_one_expression(run, tmp_path):
    document = tmp_path / "submission.xml"
    document.write_text("<data><hh><age>3</age></hh><hh><age>5</age></hh></data>")
    told = run("xpath", "../age + 1", "--xml", str(document), "--context", "/data/hh[2]/age")
    assert told.exit_code == 0 and json.loads(told.stdout) == {"type": "number", "value": 6.0}
    wrong = run("xpath", "1 +")
    assert wrong.exit_code == 1 and json.loads(wrong.stdout)["offset"] == 3
    assert run("xpath").exit_code == 2
