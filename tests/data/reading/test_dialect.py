"""How a file was written, guessed from its beginning."""

import pytest

from mlpipe.data.reading.dialect import detect_layout
from mlpipe.data.reading.encoding import detect_encoding
from mlpipe.params import ReadParams

WORDS = {
    "German": "Straße,Größe,Menü\nMünchen,groß,Käse\nKöln,klein,Würstchen\nÖsterreich,Übung,Ärger\n",
    "French": "prénom,élève,où\nZoé,déjà vu,très âgé\nÉlodie,créée,çà\n",
    "Spanish": "año,niño,ÑANDÚ\nmañana,señor,CAÑÓN\n¿qué?,¡olé!,corazón\n",
}
CHINESE = "编号,套餐金额,流失用户\n1,张三,是\n2,李四,否\n"


def dialect_of(text, **params):
    """The dialect of a whole file."""
    return detect_layout(text.encode(), ReadParams(**params), name="The file", whole=True).dialect


@pytest.mark.parametrize("language", WORDS)
def test_western_text(language):
    assert detect_encoding(WORDS[language].encode("cp1252"), whole=True) == "cp1252"


@pytest.mark.parametrize("language", WORDS)
def test_western_text_of_the_dos_age(language):
    assert detect_encoding(WORDS[language].encode("cp850", "replace"), whole=True) == "cp850"


def test_korean_is_not_read_as_chinese():
    text = "이름,도시,나이\n김철수,서울,서른\n박영희,부산,스물\n"
    assert detect_encoding(text.encode("euc_kr"), whole=True) is None


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "gb18030"),
        ("类型,数量\nA型,1\nB型,2\n", "gb18030"),
        ("联通\n1\n", "gb18030"),
        (CHINESE, "utf-8"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        ("a,b\n1,2\n", "utf-16-le"),
        ("a,b\n1,2\n", "utf-8"),
        (WORDS["French"], "utf-8"),
        ("städte;äöü\n1;2\n", "cp1252"),
        ("Temp °C,m²\n5,6\n", "cp1252"),
    ],
)
def test_encodings(text, encoding):
    assert detect_encoding(text.encode(encoding), whole=True) == encoding


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_marks(encoding):
    assert detect_encoding(CHINESE.encode(encoding), whole=True) == encoding.removesuffix("-sig")


def test_one_bad_byte_does_not_make_a_file_western():
    assert detect_encoding((WORDS["French"] * 5).encode() + b"\xff\n", whole=True) == "utf-8"


def test_a_sample_may_end_within_a_character():
    data = ("a,b\n" + CHINESE * 3).encode()
    assert {detect_encoding(data[:cut], whole=False) for cut in range(30, len(data))} == {"utf-8"}
    data = ("a,b\n" + CHINESE * 3).encode("gb18030")
    assert {detect_encoding(data[:cut], whole=False) for cut in range(30, len(data))} == {"gb18030"}


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2,5\n", ";"),
        ("a\tb\nx y\tz\n", "\t"),
        ("a|b|c\n1|2|x,y\n", "|"),
        ('name;note\n"x;y";"a, b"\n"z";"c, d"\n', ";"),
        ("price (EUR, net);n\n1,5;3\n2,5;4\n", ";"),
        ("a,b\n1,2,3\n4,5,6\n", ","),
        ("a,b\n1,2\n3,4,5\n6\n", ","),
        ("a b c\n1 2 3\n", " "),
        ("a, b, c\n1, 2, 3\n4, 5\n", ","),
        ("date time,n\n2024-01-01 10:00,1\n", ","),
        ("n\n1\n2\n", ","),
    ],
)
def test_delimiters(text, delimiter):
    assert dialect_of(text).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("a;b\n1,5;x\n2;y\n0,25;z\n", ","),
        ("a;b\n1.5;x\n", "."),
        ("a;b\n1.234,5;x\n7;y\n", ","),
        ("a;b\n1,5;2.5\n", "."),
        ("a\tb\n1,234\tx\n12,500\ty\n", "."),
        ("a\tb\n3,4 and 5,6\tx\n", "."),
        ("a,b\n1.5,2\n", "."),
        ("t;a\n18.00.00;1,5\n19.00.00;2,5\n", ","),
    ],
)
def test_decimal_marks(text, decimal):
    assert dialect_of(text).decimal == decimal


def test_what_is_given_is_not_guessed():
    params = {"delimiter": "tab", "decimal": ",", "encoding": "latin-1", "header": False}
    found = dialect_of("a,b\t1.5\n", **params)
    assert (found.delimiter, found.decimal, found.encoding, found.header) == ("\t", ",", "latin-1", False)


@pytest.mark.parametrize(
    ("text", "skipped"),
    [
        ("# x\n# y, z\na,b\nu,v\n", 2),
        ("\n\na,b\n1,2\n", 2),
        ("# id,v\n1,2\n", 0),
        ("sep=;\na;b\n1;2\n", 1),
        ("#t\r\na,b\r\n1,2\r\n", 1),
    ],
)
def test_lines_before_the_header(text, skipped):
    assert dialect_of(text).skip_lines == skipped


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('a,b\n"x",1\n', '"'),
        ('a,b\n1,"x\n2,y\n', '"'),
        ('a\tb\n1\t"so" he said\n2\tand "then\n3\t"more" of it\n', ""),
        ('a,b\n"x","1"\n"y","2"\n"5" disk","3"\n"z","4"\n', '"'),
        ('a,b\n1,"x\ny,z"\n', '"'),
        ("'a'\t'b'\n1\t2\n3\t4\n", "'"),
        ("'a',b\n1,2\n3,4\n", '"'),
    ],
)
def test_quotes(text, quote):
    assert dialect_of(text).quote == quote


def e_acute(n):
    """UTF-8 that could be Chinese too."""
    return b"\xc3\xa9 " * n


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (e_acute(3) + b"\xb0A\n", "utf-8"),
        (e_acute(5) + b"\xb0A" * 2 + b"\n", "gb18030"),
        (b"\xc3\xa9,\xe9\n", "utf-8"),
        (b"\xc3\xa9,\xe9,\xe9\n", "cp1252"),
        (("中" * 7 + "亍" * 3).encode("gb2312"), "gb18030"),
        (("中" * 6 + "亍" * 4).encode("gb2312"), None),
        (("가" * 8).encode("euc_kr"), None),
        ("日付,金額\n2024年1月,円1\n".encode("cp932"), None),
        ("“Œuvre”,‰1\nIt’s,“so”\n".encode("cp1252"), "cp1252"),
        (("가" * 7).encode("euc_kr"), "gb18030"),
    ],
    ids=["three right, one wrong", "five right, two wrong", "as many right as wrong", "more wrong",
         "seven of ten common", "six", "eight of Hangul", "Japanese", "quotes and dashes", "seven"],
)  # fmt: skip
def test_faults_of_one_encoding_or_right_in_another(data, encoding):
    assert detect_encoding(data, whole=True) == encoding


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("套" * 18 + ",\n", True),
        ("套" * 19 + "\n", False),
        ("x" * 99 + "\n" + "Ā", True),
        ("x" * 99 + "\n" + "ĀĀ", False),
        ("xxxx\n\u0a57", True),
        ("xxxx\n\u0a57\u0a57", False),
    ],
    ids=["one zero in twenty", "fewer", "one in a hundred on the other side", "more", "as many line ends as strays",
         "more strays"],
)  # fmt: skip
def test_zero_bytes_make_text_of_double_bytes(text, found):
    assert (detect_encoding(text.encode("utf-16-le"), whole=True) == "utf-16-le") is found


RUN, LONE = b"\xe0" * 7, b" caf\xe9 "


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"x " + RUN + LONE * 5, None),
        (b"x " + RUN + LONE * 4, "cp1252"),
        (b"x " + RUN[1:] + LONE * 6, "cp1252"),
        (b"m\xe1s\n", "cp1252"),
        (b"a\xf0a a\xf0a m\xe1s\n", None),
        (b"a\xf0a a\xf0a\n", "cp1252"),
        (b"a\xf0a a\xf0a m\xe1s m\xe1s\n", "cp1252"),
        (b"f\x81r 5 \xf8\n", "cp850"),
        (b"f\x81r 5 \xf8 6 \xf8\n", "latin-1"),
    ],
    ids=["twelve accents, seven in a row", "eleven", "six in a row", "fits both", "two of three are odd", "two of two",
         "two of four", "half are letters", "fewer"],
)  # fmt: skip
def test_accents_as_no_western_language_has_them(data, encoding):
    assert detect_encoding(data, whole=True) == encoding


@pytest.mark.parametrize(
    ("text", "line_end"),
    [
        ("a,b\n1,2\r3,4\n", "mixed"),
        ("a,b\n1,2\r3\n4,5\n", "lf"),
        ("a\n1\r2\n", "lf"),
        ("a,b\r\n1,2\n3,4\r\n", "mixed"),
        ("a,b\r\n1,2\r\n", "crlf"),
        ("a,b\r1,2\r", "cr"),
    ],
)
def test_line_ends(text, line_end):
    assert dialect_of(text).line_end == line_end


def test_a_number_with_a_unit_leaves_the_decimal_mark_open():
    assert dialect_of("a;b\n1,5;x\n2 kg;y\n").decimal == "."
