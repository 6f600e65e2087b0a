"""Code pages told by the words that they make."""

import pytest

from mlpipe.data.reading.code_pages import guess_encoding, guess_page, western_page
from mlpipe.data.reading.dialect import detect_layout
from mlpipe.data.reading.encoding import detect_encoding
from mlpipe.errors import DataError
from mlpipe.params import ReadParams

TOWNS = {
    "Polish": "Łódź,Gdańsk,Wrocław,Kraków,Poznań,Białystok,Częstochowa,Świdnica",
    "Czech": "Příbram,Plzeň,Ústí,Třebíč,Zlín,Žďár,Děčín,Kroměříž",
    "Hungarian": "Győr,Szűcs,Székesfehérvár,Pécs,Kőszeg,Hódmezővásárhely",
    "Turkish": "İstanbul,Eskişehir,Diyarbakır,Muğla,Şırnak,Çanakkale",  # noqa: RUF001 - letters
    "Russian": "Москва,Казань,Новосибирск,Екатеринбург,Самара",
    "Ukrainian": "Київ,Львів,Харків,Одеса,Запоріжжя",
    "Greek": "Αθήνα,Θεσσαλονίκη,Πάτρα,Ηράκλειο,Λάρισα",
    "Hebrew": "ירושלים,חיפה,אביב,אשדוד",
    "Arabic": "القاهرة,الرياض,دمشق,بغداد",
    "French": "Besançon,Orléans,Nîmes,Béziers,Alès,Fréjus,Sète",
    "German": "München,Köln,Düsseldorf,Nürnberg,Gießen,Lübeck",
    "Italian": "Forlì,Cefalù,Cantù,Mondovì,Santhià",
    "Danish": "København,Århus,Ålborg,Helsingør,Næstved,Køge",
    "Icelandic": "Reykjavík,Ísafjörður,Garðabær,Vík,Þórshöfn",
    "Portuguese": "São Paulo,Goiânia,Camões,Florianópolis,Brasília",
    "Chinese": "台北,高雄,臺中,桃園,新竹,嘉義",
    "Japanese": "東京,大阪,名古屋,札幌,ひろしま,カタカナ",
    "Korean": "서울,부산,대구,인천,광주,대전",
}  # fmt: skip


def table(language):
    return "Town,Amount\n" + "".join(f"{town},{i}\n" for i, town in enumerate(TOWNS[language].split(",")))


@pytest.mark.parametrize("language", ["French", "German", "Italian", "Danish", "Icelandic", "Portuguese"])
def test_western_text_stays_western(language):
    assert detect_encoding(table(language).encode("cp1252"), whole=True) == "cp1252"


def test_names_of_many_countries_stay_western():
    text = "".join(map(table, ("French", "German", "Italian", "Danish", "Icelandic", "Portuguese")))
    assert detect_encoding(text.encode("cp1252"), whole=True) == "cp1252"


@pytest.mark.parametrize(
    ("language", "encoding"),
    [("Polish", "cp1250"), ("Polish", "iso8859-2"), ("Czech", "cp1250"), ("Russian", "koi8-r"), ("Russian", "cp866"),
     ("Ukrainian", "cp1251"), ("Greek", "cp1253")],
)  # fmt: skip
def test_words_that_no_other_page_makes_are_read(language, encoding):
    assert detect_encoding(table(language).encode(encoding), whole=True) == encoding


@pytest.mark.parametrize(
    ("language", "encoding", "word"),
    [("Hungarian", "cp1250", "Győr"), ("Turkish", "cp1254", "İstanbul"), ("Russian", "cp1251", "Москва"),
     ("Hebrew", "cp1255", "ירושלים"), ("French", "mac-roman", "Besançon"), ("German", "mac-roman", "München"),
     ("Chinese", "big5", "台北"), ("Japanese", "shift_jis", "東京"), ("Japanese", "euc_jp", "東京"),
     ("Korean", "euc_kr", "서울")],
)  # fmt: skip
def test_others_are_refused_by_name_with_some_words(language, encoding, word):
    with pytest.raises(DataError, match=f"may be {encoding}.* which reads .*'{word}'") as caught:
        detect_layout(table(language).encode(encoding), ReadParams(), name="t.csv", whole=True)
    assert f"`encoding='{encoding}'`" in caught.value.remedy


@pytest.mark.parametrize(
    "text",
    ["First–Citizens", "New\u00a0York", "£5", "wait…", "‘so’", "„so“", "20°C", "5 µm", "©Acme", "a×b"],  # noqa: RUF001 - marks
)
def test_marks_and_signs_in_their_places_are_western(text):
    assert western_page(f"a,b\n{text},1\n".encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    ("towns", "sure"), [("Łódź\nŻół\nKońć", True), ("Łódź\nŻół\nKoń", False), ("Łódź\nŻółźćęąś", False)]
)
def test_a_guess_is_sure_from_three_words_and_eight_letters_on(towns, sure):
    guess = guess_page(towns.encode("cp1250"))
    assert guess is not None
    assert (guess.encoding, guess.language, guess.is_sure) == ("cp1250", "Polish", sure)
    assert guess.words == tuple(towns.split("\n"))


@pytest.mark.parametrize(("word", "page"), [("aŁa", None), ("AŁA", "cp1250"), ("Ła", "cp1250"), ("ABł", None)])
def test_letters_are_large_where_their_neighbours_want_it(word, page):
    guess = guess_page(word.encode("cp1250"))
    assert (guess and guess.encoding) == page


def test_what_nobody_knows_is_told_so():
    assert guess_encoding(bytes(range(0x80, 0x100))) is None
