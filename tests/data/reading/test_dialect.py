"""How a file was written, guessed from its beginning."""

import pytest

from mlpipe.data.reading.dialect import detect_dialect
from mlpipe.data.reading.encoding import detect_encoding
from mlpipe.params import ReadParams

WORDS = {
    "German": "Straße,Größe,Menü\nMünchen,groß,Käse\nKöln,klein,Würstchen\nÖsterreich,Übung,Ärger\n",
    "French": "prénom,élève,où\nZoé,déjà vu,très âgé\nÉlodie,créée,çà\n",
    "Spanish": "año,niño,ÑANDÚ\nmañana,señor,CAÑÓN\n¿qué?,¡olé!,corazón\n",
}
CHINESE = "编号,套餐金额,流失用户\n1,张三,是\n2,李四,否\n"


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
    assert detect_dialect(text.encode(), ReadParams()).delimiter == delimiter


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
    assert detect_dialect(text.encode(), ReadParams()).decimal == decimal


def test_what_is_given_is_not_guessed():
    params = ReadParams(delimiter="tab", decimal=",", encoding="latin-1", header=False)
    found = detect_dialect(b"a,b\t1.5\n", params)
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
    assert detect_dialect(text.encode(), ReadParams()).skip_lines == skipped


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('a,b\n"x",1\n', '"'),
        ('a,b\n1,"x\n2,y\n', '"'),
        ('a\tb\n1\t"so" he said\n2\tand "then\n3\t"more" of it\n', ""),
        ('a,b\n"x","1"\n"y","2"\n"5" disk","3"\n"z","4"\n', '"'),
        ('a,b\n1,"x\ny,z"\n', '"'),
    ],
)
def test_quotes(text, quote):
    assert detect_dialect(text.encode(), ReadParams()).quote == quote
