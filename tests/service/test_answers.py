"""The service in this process: what it answers, refuses and counts."""

import asyncio
import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pandas as pd
import pytest

pytest.importorskip("fastapi", reason="the extra `serve` is not installed")

from starlette.testclient import TestClient

from mlpipe.params import PredictFiles, PredictParams
from mlpipe.params.serving import ServeParams
from mlpipe.service.answers import Answerer, Ask
from mlpipe.service.app import Service, build_app
from mlpipe.service.counters import Counters
from mlpipe.service.record import Record
from mlpipe.service.refusals import RefusalError
from mlpipe.service.standing import Standing
from mlpipe.service.together import Together
from mlpipe.steps.loading import LoadOptions
from mlpipe.steps.predict import predict
from tests.conftest import make_chain
from tests.tables import mixed_table

JSON, CSV = {"Content-Type": "application/json"}, {"Content-Type": "text/csv"}


def client_of(chain, **options):
    token = options.pop("token", None)
    record = options.pop("record", None)
    params = ServeParams(**options)
    standing = Standing(chain / "model", params, LoadOptions())
    service = Service(standing=standing, params=params, counters=Counters(None), token=token, record=record)
    return TestClient(build_app(service))


@pytest.fixture(scope="module")
def client(chain):
    return client_of(chain)


@pytest.fixture(scope="module")
def rows(chain):
    """The rows of the table, as a program sends them: numbers as numbers, gaps as null."""
    table = pd.read_csv(chain / "table.csv").drop(columns="outcome")
    return json.loads(table.to_json(orient="records", date_format="iso"))


@pytest.fixture(scope="module")
def expected(chain, tmp_path_factory):
    """The bytes that `predict` writes."""
    out = tmp_path_factory.mktemp("expected") / "p.csv"
    predict(chain / "model", str(chain / "table.csv"), PredictFiles(out=str(out)), PredictParams(proba=True))
    return out.read_bytes()


def ask(client, rows, **query):
    return client.post("/predict", content=json.dumps({"rows": rows}), headers=JSON, params=query)


def test_a_table_gets_the_bytes_of_predict(client, chain, expected):
    answer = client.post("/predict?proba=true", content=(chain / "table.csv").read_bytes(), headers=CSV)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content == expected


def test_rows_get_the_numbers_of_predict_alone_and_together(client, rows, expected):
    wanted = list(csv.DictReader(io.StringIO(expected.decode())))
    together = ask(client, rows, proba=True).json()["rows"]
    alone = [ask(client, [row], proba=True).json()["rows"][0] for row in rows[:20]]
    assert together[:20] == alone
    assert [{name: str(value) for name, value in row.items()} for row in together] == wanted


def test_without_the_asking_there_are_no_probabilities(client, rows):
    assert set(ask(client, rows[:1]).json()["rows"][0]) == {"account", "prediction"}


def test_the_answer_comes_in_the_form_that_is_accepted(client, rows, expected):
    body = json.dumps({"rows": rows})
    answer = client.post("/predict?proba=1", content=body, headers={**JSON, "Accept": "text/csv"})
    assert answer.content == expected


@pytest.mark.parametrize(
    ("change", "row", "column", "reason"),
    [
        ({"age": "old"}, 1, "age", "not a number"),
        ({"age": [1]}, 1, "age", "no cell"),
        ({"age": {"a": 1}}, 1, "age", "no cell"),
        ({"age": float("nan")}, 1, "age", "no number"),
        ({"age": float("inf")}, 1, "age", "no number"),
        ({"since": "soon"}, 1, "since", "not a date"),
        ({"since": 1e15}, 1, "since", "beyond the calendar"),
    ],
)
def test_a_bad_cell_is_named(client, rows, change, row, column, reason):
    answer = ask(client, [rows[0], {**rows[1], **change}])
    assert answer.status_code == 422
    first = answer.json()["problems"][0]
    assert (first["row"], first["column"]) == (row, column)
    assert reason in first["reason"]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "no JSON"),
        (b"[" * 100_000, 400, "nested too deeply"),
        (b"\xff\xfe", 400, "no JSON"),
        (b'{"rows": []}', 400, "empty"),
        (b'{"rows": "x"}', 400, "no list of rows"),
        (b"[1]", 400, "no list of rows"),
        (b'{"rows": [1]}', 422, "no object"),
        (b'{"rows": [{}]}', 422, "lacks"),
        (b'{"rows": [{"age": 1, "age": 2}]}', 422, "stands twice"),
        (b'{"rows": [{"age": 1e400}]}', 422, "no number"),
        (b'{"rows": [{"age": ' + b"9" * 5000 + b"}]}", 422, "no number"),
    ],
)
def test_a_bad_body_is_refused(client, body, status, words):
    answer = client.post("/predict", content=body, headers=JSON)
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text


def test_a_missing_column_is_named_and_null_is_a_gap(client, rows):
    without = {name: value for name, value in rows[0].items() if name != "age"}
    answer = ask(client, [without])
    assert answer.status_code == 422
    assert answer.json()["problems"] == [{"reason": "the column is missing", "row": 0, "column": "age"}]
    assert ask(client, [{**without, "age": None}]).status_code == 200


def test_numbers_as_text_are_read_as_in_a_file_whatever_stands_beside_them(client, rows):
    written = [{**row, "age": str(row["age"])} for row in rows[:4] if row["age"] is not None]
    mixed = [written[0], rows[1], *written[1:]]
    plain = ask(client, [next(r for r in rows if r["account"] == row["account"]) for row in mixed], proba=True).json()
    assert ask(client, mixed, proba=True).json() == plain


def test_rows_of_many_clients_in_one_turn_get_each_its_own(chain, rows):
    served = Standing(chain / "model", ServeParams(), LoadOptions()).served
    plain = Ask(proba=True)
    asked = [(rows[0], plain), (rows[1], plain), ({**rows[2], "age": "old"}, plain), (rows[3], Ask()), (rows[4], plain)]
    without_id = [{name: cell for name, cell in rows[i].items() if name != "account"} for i in (5, 6)]
    asked += [(row, plain) for row in without_id]
    asked += [({**rows[7], "town": "Atlantis"}, Ask(explain=1)), ({**rows[8], "town": "Atlantis"}, Ask(explain=1))]

    async def all_at_once():
        together = Together()
        return await asyncio.gather(*(together.answer(served, *one) for one in asked), return_exceptions=True)

    with ThreadPoolExecutor(1) as thread:  # this one may have a loop already, of a browser
        answers = thread.submit(lambda: asyncio.run(all_at_once())).result()
    for answer, (row, ask_) in zip(answers, asked, strict=True):
        if isinstance(answer, RefusalError):
            assert row["age"] == "old"
        else:
            assert answer.table.to_pylist() == served.answerer.answer_rows([row], ask_).table.to_pylist()


@pytest.mark.parametrize(("n_rows", "limits"), [(1, 1), (300, 2)])
def test_answers_are_computed_by_one_thread_in_the_loop_and_beside_it(chain, rows, n_rows, limits, monkeypatch):
    held, seen = [], []

    @contextmanager
    def limit():
        held.append(1)
        yield
        held.pop()

    def watched(self, *given, **options):
        seen.append(len(held))
        return answer_rows(self, *given, **options)

    answer_rows = Answerer.answer_rows
    monkeypatch.setattr("mlpipe.service.app.one_thread", limit)
    with client_of(chain) as served:
        monkeypatch.setattr(Answerer, "answer_rows", watched)
        assert ask(served, (rows * 10)[:n_rows]).status_code == 200
    assert (seen, held) == ([limits], [])


def test_dates_are_taken_as_milliseconds_too(client, rows):
    moments = [{**row, "since": pd.Timestamp(row["since"]).value // 1_000_000} for row in rows[:4]]
    plain = ask(client, rows[:4], proba=True).json()
    assert ask(client, moments, proba=True).json() == plain
    assert ask(client, [moments[0], rows[1], *moments[2:]], proba=True).json() == plain


def test_bad_cells_become_gaps_or_rows_left_out_when_asked(client, rows):
    spoilt = [rows[0], {**rows[1], "age": "old"}, rows[2]]
    gap = ask(client, [{**rows[1], "age": None}]).json()["rows"][0]
    assert ask(client, spoilt, on_bad_value="null").json()["rows"][1] == gap
    skipped = ask(client, spoilt, on_bad_value="skip").json()
    assert [row["account"] for row in skipped["rows"]] == [rows[0]["account"], rows[2]["account"]]
    assert skipped["rejects"] == [{"row": 1, "reason": "age: 'old' is not a number"}]


def test_a_bad_cell_of_a_table_is_named_with_its_line(client, chain):
    lines = (chain / "table.csv").read_text().splitlines()
    header = lines[0].split(",")
    cells = lines[2].split(",")
    cells[header.index("age")] = "old"
    body = "\n".join([*lines[:2], ",".join(cells), *lines[3:5]]) + "\n"
    refused = client.post("/predict", content=body, headers=CSV)
    assert refused.status_code == 422
    assert refused.json()["problems"][0] | {"reason": ""} == {"row": 1, "column": "age", "line": 3, "reason": ""}
    left = client.post("/predict?on_bad_value=skip", content=body, headers={**CSV, "Accept": "application/json"}).json()
    assert [reject["line"] for reject in left["rejects"]] == [3]
    assert len(left["rows"]) == 3


def test_an_unreadable_table_is_refused_in_words(client):
    answer = client.post("/predict", content=b'a,b\n1\n"2', headers=CSV)
    assert answer.status_code == 422
    assert "standard input" not in answer.text


def test_limits_on_their_edges(chain, rows):
    small = client_of(chain, max_rows=2, max_bytes=2_000)
    assert ask(small, rows[:2]).status_code == 200
    assert ask(small, rows[:3]).status_code == 413
    head = (chain / "table.csv").read_text().splitlines()
    assert small.post("/predict", content="\n".join(head[:3]), headers=CSV).status_code == 200
    assert small.post("/predict", content="\n".join(head[:4]), headers=CSV).status_code == 413
    body = json.dumps({"rows": rows[:1]}).encode()
    assert small.post("/predict", content=body.ljust(2_000), headers=JSON).status_code == 200
    assert small.post("/predict", content=body.ljust(2_001), headers=JSON).status_code == 413


def test_reasons_are_those_of_predict(client, chain, rows, tmp_path):
    out = tmp_path / "p.csv"
    predict(chain / "model", str(chain / "table.csv"), PredictFiles(out=str(out)), PredictParams(explain=2))
    wanted = list(csv.DictReader(out.read_text().splitlines()))[:3]
    given = ask(client, rows[:3], explain=2).json()["rows"]
    assert [{name: str(value) for name, value in row.items()} for row in given] == wanted
    assert "reason_2" in wanted[0]
    for wrong in ("0", "21", "x", "-1"):
        assert ask(client, rows[:1], explain=wrong).status_code == 422


def test_rows_of_several_labels_are_not_explained_as_predict_does_not(tmp_path):
    table = mixed_table(rows=120).drop(columns="account").assign(urgent=lambda t: (t.index % 3 == 0).astype(int))
    labels = client_of(make_chain(tmp_path, table, target="urgent,outcome"))
    description = labels.get("/schema").json()
    row = {column["name"]: column["example"] for column in description["columns"]}
    assert ask(labels, [row], proba=True).status_code == 200
    assert description["explained"] is False
    refused = ask(labels, [row], explain=3)
    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "Rows of one class or one quantity are explained; the model's task is multilabel."
    )


def test_ranges_and_examples_are_short(client):
    told = {column["name"]: column for column in client.get("/schema").json()["columns"]}
    assert told["age"]["range"] == "18 to 83"
    low, high = told["balance"]["range"].split(" to ")
    assert max(sum(letter.isdigit() for letter in end) for end in (low, high)) == 4
    assert told["balance"]["example"] == float(f"{told['balance']['example']:.4g}")


def test_other_kinds_of_bodies_and_queries_are_refused(client, rows):
    assert client.post("/predict", content=b"x", headers={"Content-Type": "application/xml"}).status_code == 415
    assert ask(client, rows[:1], on_bad_value="guess").status_code == 422
    assert "probabilities" in ask(client, rows[:1], probabilities=True).json()["detail"]


def test_the_token_is_asked_for_everywhere_but_for_health(chain, rows):
    locked = client_of(chain, token=b"secret")
    assert ask(locked, rows[:1]).status_code == 401
    assert locked.get("/schema").status_code == 401
    assert locked.get("/health").status_code == 200
    locked.headers["Authorization"] = "Bearer wrong"
    assert ask(locked, rows[:1]).status_code == 401
    locked.headers["Authorization"] = "Bearer secret"
    assert ask(locked, rows[:1]).status_code == 200


def test_most_unseen_levels_are_refused_unless_allowed(chain, rows):
    strange = [{**row, "town": "Atlantis"} for row in rows[:3]]
    assert "Atlantis" in ask(client_of(chain), strange).json()["detail"]
    assert ask(client_of(chain, allow_unseen=True), strange).status_code == 200


def test_what_came_is_counted(chain, rows):
    counted = client_of(chain, allow_unseen=True)
    ask(counted, [rows[0], {**rows[1], "town": "Atlantis", "age": 1e6}])
    ask(counted, [{**rows[1], "age": "old"}, rows[0]], on_bad_value="skip")
    ask(counted, [{}])
    lines = set(counted.get("/metrics").text.splitlines())
    assert {
        'mlpipe_requests_total{status="200"} 2.0',
        'mlpipe_requests_total{status="422"} 1.0',
        "mlpipe_rows_total 3.0",
        "mlpipe_rows_rejected_total 1.0",
        'mlpipe_unseen_cells_total{column="town"} 1.0',
        'mlpipe_beyond_range_cells_total{column="age"} 1.0',
    } <= lines
    assert sum(float(line.split()[-1]) for line in lines if line.startswith("mlpipe_predictions_total")) == 3


def test_the_schema_and_openapi_name_the_fields_and_give_a_row_that_works(client):
    schema = client.get("/schema").json()
    names = [column["name"] for column in schema["columns"]]
    assert "age" in names
    assert "account" in schema["ids"]
    document = client.get("/openapi.json").json()
    content = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert list(content["schema"]["properties"]["rows"]["items"]["properties"]) == names
    assert client.post("/predict", content=json.dumps(content["example"]), headers=JSON).status_code == 200


def test_requests_and_answers_are_recorded(chain, rows, tmp_path):
    kept = client_of(chain, record=Record(tmp_path / "record"))
    ask(kept, rows[:2], proba=True)
    ask(kept, rows[2:3], proba=True)
    requests = pd.read_csv(next((tmp_path / "record").glob("requests-*.csv")))
    answers = pd.read_csv(next((tmp_path / "record").glob("answers-*.csv")))
    assert list(requests["account"]) == list(answers["account"]) == [row["account"] for row in rows[:3]]
    assert "age" in requests
    assert "proba_yes" in answers or "prediction" in answers


def test_a_model_is_replaced_whole_or_not_at_all(chain, rows, tmp_path, monkeypatch):
    params = ServeParams()
    standing = Standing(chain / "model", params, LoadOptions())
    before = standing.served
    monkeypatch.setattr(standing, "_path", tmp_path)  # nothing there that could be served
    standing._replace()
    assert standing.served is before
    monkeypatch.setattr(standing, "_path", chain / "model")
    standing._replace()
    assert standing.served is not before


def test_a_port_that_none_can_have_is_refused():
    with pytest.raises(Exception, match="port"):
        replace(ServeParams(), port=70_000)


def test_pages_ask_nothing_of_the_network(client):
    for path in ("/", "/docs"):
        page = client.get(path)
        assert page.status_code == 200
        assert "http://" not in page.text
        assert "https://" not in page.text
        assert "age" in page.text
