"""Files with a few bytes wrong: a table or an error of ours, soon."""

import random

import pytest

from mlpipe.errors import MlpipeError
from tests.data.reading.delimited import read_strings

SEEDS = [
    b"a,b,c\n1,x,2.5\n2,y,3.5\n3,z,4.5\n",
    b'a;b\r\n"1";"x; y"\r\n2;"said ""no"""\r\n',
    b"a\tb\r1\t2\r3\t4\r",
    b"'a','b'\n'1','it''s'\n'2','x'\n",
    b'a,b\n"say \\"hi\\"",1\nx\\,y,2\n',
    "编号,姓名\n1,张三\n2,李四\n".encode("gb18030"),
    "a,b\n1,é\n2,ü\n".encode("utf-16"),
    b"title\n\na b  c\n1 2 3\n4 5 6\n",
]
MARKS = [b'"', b"'", b"\\", b"\n", b"\r", b",", b";", b"\0", b"\xff", b"\xc3", b"#", b" ", b"\xef\xbb\xbf", b"\x85"]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("on_bad_row", ["error", "skip"])
def test_bytes_at_random(tmp_path, seed, on_bad_row):
    chance = random.Random(seed)
    path = tmp_path / "t.csv"
    for data in SEEDS:
        mutated = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 2)] = chance.choice(MARKS)
        path.write_bytes(mutated)
        try:
            blocks, rows, lines = read_strings(path, on_bad_row=on_bad_row, max_bad_rows=1.0)
        except MlpipeError:
            continue
        assert len({len(row) for row in rows}) == 1
        assert lines == sorted(set(lines))
        text = mutated.decode(blocks.dialect.encoding, "replace")
        n_lines = len(text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n"))
        rejects = blocks.facts().rejects
        rejected = rejects.count if rejects else 0
        assert 0 < len(lines) + rejected <= n_lines
