"""Promises of reliability, each with the tests that hold it: none is without, and each test that is named is there."""

import ast
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).parent
HELD: dict[str, tuple[str, ...]] = {
    "features are selected within folds": (
        "test_leakage_figures.py::test_features_selected_among_noise_score_as_noise",
        "features/preprocessor/test_leakage.py::test_selection_among_noise_differs_between_folds",
    ),
    "what is selected on all rows is not what is scored": (
        "test_leakage_figures.py::test_of_more_rows_cross_validation_and_test_say_chance",
        "features/preprocessor/test_leakage.py::test_rows_outside_a_fold_change_nothing_that_is_fitted",
        "models/comparison/test_rounds.py::test_scores_equal_a_pipeline_written_by_hand",
    ),
    "rows are made up within folds": (
        "test_leakage_figures.py::test_made_up_rows_of_noise_score_as_noise",
        "features/preprocessor/test_leakage.py::test_rows_outside_a_fold_change_nothing_that_is_fitted",
        "models/comparison/test_rounds.py::test_scores_equal_a_pipeline_written_by_hand",
    ),
    "cross-validation foretells the score of test rows": (
        "test_leakage_figures.py::test_cross_validation_with_made_up_rows_foretells_the_test",
        "models/comparison/test_rounds.py::test_scores_equal_a_pipeline_written_by_hand",
    ),
    "absurd test rows change nothing that is fitted": (
        "test_chain.py::test_absurd_test_rows_change_no_fitted_artifact",
        "features/preprocessor/test_leakage.py::test_nonsense_would_show_in_what_is_fitted",
    ),
    "no cell of a test row is in a model, and made-up rows come from training rows": (
        "test_chain.py::test_absurd_test_rows_change_no_fitted_artifact",
        "test_chain.py::test_smote_as_in_the_textbooks",
        "models/test_set_aside.py::test_rows_set_aside_are_none_of_those_learnt_from_nor_made_of",
    ),
    "prepared tables are refused where raw rows are needed": (
        "test_reliability.py::test_prepared_tables_are_refused_where_raw_rows_are_needed",
    ),
    "equal rows are on one side": (
        "test_leakage_figures.py::test_rows_that_stand_twice_are_not_recognised",
        "steps/test_split.py::TestDuplicates::test_together_keeps_identical_rows_on_one_side",
        "data/splitting/test_split.py::test_identical_rows_are_found_however_the_table_is_cut",
    ),
    "groups and times are kept apart": (
        "test_leakage_figures.py::test_groups_are_not_recognised",
        "test_leakage_figures.py::test_later_rows_test_and_those_of_one_time_stay_together",
        "data/splitting/test_split.py::test_groups_are_never_shared",
        "data/splitting/test_split.py::test_the_newest_rows_test",
        "models/test_folds.py::test_groups_are_never_on_both_sides",
        "models/test_folds.py::test_time_folds_are_scored_on_later_rows_and_ties_stay_together",
    ),
    "means of the target are cross-fitted": (
        "features/preprocessor/test_leakage.py::test_a_category_of_noise_does_not_drown_the_signal",
        "features/preprocessor/test_leakage.py::test_a_row_s_own_target_does_not_move_its_encoding",
    ),
    "early stopping, thresholds and calibration see no test row": (
        "steps/test_train_decisions.py::test_absurd_test_rows_change_no_model_weight_calibrator_or_threshold",
        "models/test_set_aside.py::test_rows_set_aside_are_none_of_those_learnt_from_nor_made_of",
    ),
    "columns that give the target away are named": (
        "data/profiling/test_leakage.py::test_leaks_are_suspected",
        "data/profiling/test_leakage.py::test_a_copy_with_slips_is_suspected_until_it_is_a_feature_of_its_own",
        "steps/test_train_decisions.py::test_a_model_that_goes_by_a_leak_says_so",
    ),
    "a row alone, in a crowd and shuffled gets the same": (
        "test_chain.py::test_a_row_alone_in_a_crowd_shuffled_and_without_target_is_the_same",
        "models/test_predicting.py::test_a_row_alone_equals_the_row_among_many_to_the_last_bit",
    ),
    "looks at the test rows are counted, and rows keep their side": (
        "steps/test_audit.py::test_no_test_rows_and_several_looks_are_warnings",
        "data/splitting/test_split.py::test_rows_keep_their_side_when_the_file_grows",
    ),
    "any operation of writing may fail": (
        "artifacts/store/test_writer.py::test_every_operation_may_fail",
        "artifacts/store/test_writer.py::test_full_disk",
    ),
    "a killed run leaves the old or the new": (
        "artifacts/store/test_writer.py::test_killed_at_random_moments",
        "test_chain.py::test_killed_at_any_moment_what_stands_there_is_the_old_or_the_new_one",
        "steps/test_run.py::test_what_killed_runs_left_beside_artifacts_is_swept",
    ),
    "signals end it quietly": (
        "cli/test_process.py::test_a_signal_in_the_middle_ends_it_quietly_and_leaves_what_stood_there",
        "cli/test_signals.py::test_it_comes_back_until_the_program_ends",
    ),
    "pipes and full disks are no traceback": (
        "cli/test_process.py::test_the_reader_of_a_pipe_may_go_away",
        "cli/test_process.py::test_standard_output_on_a_full_disk",
    ),
    "readers and writers at once see no mixture": (
        "cli/test_process.py::test_runs_into_one_folder_at_once_leave_the_artifact_of_one_of_them_whole",
        "artifacts/store/test_writer.py::test_readers_and_writers_at_once_see_no_mixture",
        "artifacts/store/test_writer.py::test_occupied_while_working",
    ),
    "places without rights, room or memory are one line": (
        "artifacts/store/test_writer.py::test_read_only_folder",
        "cli/test_process.py::test_artifacts_on_a_disk_that_fills_up",
        "cli/test_process.py::test_less_memory_than_the_libraries_take_is_one_line_and_no_endless_waiting",
    ),
    "a killed worker is no hang": ("engine/test_killed_worker.py::test_a_killed_worker_is_no_traceback",),
    "cut files and flipped bits are found before anything is opened": (
        "steps/test_refusals.py::test_any_flipped_bit_cut_or_swap_of_a_file_that_is_read_is_found",
        "artifacts/store/test_manifest.py::test_any_flipped_bit_and_any_cut_is_refused",
    ),
    "odd files are read, or refused with their line": (
        "data/reading/test_errors.py::test_ragged_row",
        "data/reading/test_errors.py::test_empty",
        "data/reading/test_errors.py::test_header_alone",
        "data/reading/test_errors.py::test_broken_text",
        "data/reading/test_errors.py::test_names",
        "data/reading/test_errors.py::test_unclear_encoding",
        "data/reading/test_errors.py::test_header_that_does_not_belong_to_its_rows",
        "data/reading/test_dialect.py::test_zero_bytes_make_text_of_double_bytes",
    ),
    "ids and large numbers keep their value": (
        "steps/test_predict.py::TestFormats::test_ids_that_look_like_numbers_stay_as_written",
        "data/inference/test_table.py::test_leading_zeros_are_seen_in_the_bytes",
        "data/inference/test_numbers.py::test_written_floats_come_back_to_the_bit",
    ),
    "infinite cells are bad cells": (
        "data/inference/test_numbers.py::test_infinite_cells_leave_a_column_of_numbers_and_are_bad",
    ),
    "tables too poor to learn from are told": (
        "data/splitting/test_split.py::test_what_cannot_be_divided_is_said",
        "data/splitting/test_split.py::test_a_single_member_of_a_class_is_for_training",
        "features/resampling/test_resample.py::test_one_class_cannot_be_balanced",
        "steps/test_train_decisions.py::test_a_class_of_one_row_wrecks_nothing",
    ),
    "columns may stand in any order, and all that lack are named": (
        "steps/test_evaluate.py::TestFile::test_missing_columns_are_all_named",
        "test_chain.py::test_a_row_alone_in_a_crowd_shuffled_and_without_target_is_the_same",
    ),
    "unseen levels are counted, and too many refused": (
        "steps/test_one_value.py::test_most_cells_unseen_may_be_allowed",
        "test_examples.py::test_an_unseen_city_is_all_zeros_and_counted",
    ),
    "bad cells have their line, or their row is put aside": (
        "steps/test_predict.py::TestBadValues::test_error_names_line_column_and_value_and_writes_nothing",
        "steps/test_predict.py::TestBadValues::test_skip_leaves_the_row_out_and_rejects_tell_why",
    ),
    "what unpacks to too much is refused at once": (
        "data/reading/test_errors.py::test_a_gzip_file_that_says_how_much_it_holds_is_refused_before_a_row_is_read",
        "data/reading/test_errors.py::test_a_bomb_in_many_pieces_is_refused_before_a_row_is_read",
        "data/reading/test_errors.py::test_a_parquet_file_whose_cells_are_stored_once_is_counted_as_they_unpack",
    ),
    "pages run nothing that a table holds": ("reports/evaluation/test_report.py::test_page_escapes_every_name",),
    "what is written is strict JSON": (
        "reports/evaluation/test_report.py::test_document_is_strict_json",
        "steps/test_evaluate.py::test_one_row_and_one_class_give_undefined_metrics_and_no_nan",
    ),
    "bytes at random are read or refused": (
        "data/reading/ugly/test_fuzz.py::test_bytes_at_random",
        "artifacts/test_fuzz.py::test_mutated_files_are_refused_or_read",
    ),
    "payloads are not run": (
        "artifacts/fitted/test_unpickle.py::test_attack_is_denied",
        "artifacts/fitted/test_unpickle.py::test_attack_works_where_nobody_looks",
    ),
    "a joblib that opens carelessly is refused": (
        "artifacts/fitted/test_unpickle.py::test_old_joblib_is_refused",
        "cli/test_refusals.py::test_a_joblib_that_opens_models_carelessly",
    ),
    "everything that is saved loads, and names nothing new": (
        "artifacts/fitted/test_unpickle.py::test_every_estimator_and_transformer_loads_and_names_nothing_new",
        "artifacts/fitted/test_unpickle.py::test_parts_alone_name_nothing_new",
        "artifacts/fitted/test_states.py::test_the_table_is_what_fitted_objects_of_every_kind_hold",
    ),
    "crafted insides end no process": (
        (
            "artifacts/fitted/test_generated.py::"
            "test_a_sample_of_wrong_files_neither_ends_the_process_nor_escapes_as_another_error"
        ),
        "artifacts/fitted/test_lightgbm_text.py::test_a_file_with_a_wrong_text_ends_no_process",
        "artifacts/fitted/test_xgboost_trees.py::test_a_file_with_wrong_bytes_ends_no_process",
        "artifacts/fitted/test_catboost_json.py::test_a_file_with_a_wrong_text_ends_no_process",
    ),
    "manifests name nothing outside, and nothing is beside them": (
        "artifacts/store/test_manifest.py::test_other_json_is_refused",
        "artifacts/store/test_manifest.py::test_doubtful_json_is_refused",
        "artifacts/store/test_folder.py::test_manifest_that_is_a_link_or_too_large_is_refused",
        "artifacts/store/test_folder.py::test_file_follows_links_and_spares_devices",
        "artifacts/store/test_signatures.py::test_files_that_no_manifest_names_are_refused",
    ),
    "signatures hold every byte, and versions are checked": (
        "artifacts/store/test_signatures.py::test_any_changed_byte_is_refused_before_the_manifest_is_parsed",
        "steps/test_refusals.py::test_a_model_of_another_scikit_learn_is_refused_unless_allowed",
    ),
    "the service takes what it can and mixes no answers": (
        "service/test_answers.py::test_limits_on_their_edges",
        "service/test_answers.py::test_a_bad_body_is_refused",
        "service/test_answers.py::test_rows_of_many_clients_in_one_turn_get_each_its_own",
        "service/test_process.py::test_parallel_clients_get_their_own_rows_and_sigterm_lets_them_finish",
    ),
    "every artifact has the same bytes in any process": (
        "test_chain.py::test_other_hash_seeds_jobs_folders_and_time_zones_give_the_same_bytes",
        "artifacts/fitted/test_unpickle.py::test_bytes_do_not_depend_on_hashes_threads_or_memory",
    ),
    "threads and processors move no row, and predictions by rounding alone": (
        "test_reliability.py::test_threads_and_processors_move_no_row_and_predictions_by_rounding_alone",
        "steps/test_predict.py::test_batches_and_jobs_change_no_byte",
    ),
    "scores have intervals that hold the truth, and quickly": (
        "metrics/test_bootstrap.py::test_auc_interval_covers_the_true_auc",
        "metrics/test_bootstrap.py::test_a_thousand_resamples_of_ten_thousand_rows_are_quick",
    ),
    "probabilities after resampling are told to be too high, and mended": (
        "metrics/test_caveats.py::test_probabilities_after_resampling_are_too_high",
        "steps/test_train_decisions.py::test_resampling_calls_for_calibration_and_says_so",
        "metrics/test_scores.py::test_undefined_value_scores_say_why",
    ),
}
"""In the order in which they were asked for."""


@cache
def names_in(path: Path) -> frozenset[str]:
    """The tests of a file, those of classes behind the name of the class."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {part.name for part in tree.body if isinstance(part, ast.FunctionDef)}
    for kind in (part for part in tree.body if isinstance(part, ast.ClassDef)):
        found |= {f"{kind.name}::{part.name}" for part in kind.body if isinstance(part, ast.FunctionDef)}
    return frozenset(found)


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len(HELD) == 44
    assert all(HELD.values())


@pytest.mark.parametrize("promise", HELD)
def test_each_is_held_by_tests_that_there_are(promise: str) -> None:
    for node in HELD[promise]:
        file, _, name = node.partition("::")
        assert name in names_in(HERE / file), node


def test_prepared_tables_are_refused_where_raw_rows_are_needed(here: Any, chain: Path, tmp_path: Path) -> None:
    part = chain / "prep" / "test.parquet"
    for command in (["split", part, "--target", "outcome", "-o", "z"], ["run", part, "--target", "outcome"]):
        assert "`mlpipe preprocess` wrote" in here(*command, expect=2).stderr
    for command in (["evaluate", chain / "model", part, "-o", "z"], ["predict", chain / "model", part]):
        assert "Give the table that was split" in here(*command, expect=2).stderr
    for command in (["train", part, "-o", "z"], ["tune", part, "--model", "logistic", "-o", "z"]):
        assert "where a preprocessed split is needed" in here(*command, expect=4).stderr
    here("predict", chain / "model", chain / "split" / "test.parquet", "-o", "p.csv")  # rows as they came
    (tmp_path / "own.parquet").write_bytes(part.read_bytes())
    here("split", "own.parquet", "--target", "outcome", "-o", "z")  # nobody knows where it is from


ELSEWHERE = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "OPENBLAS_CORETYPE": "Prescott"}


@pytest.mark.slow
def test_threads_and_processors_move_no_row_and_predictions_by_rounding_alone(here: Any, mixed_csv: Any) -> None:
    options = ["--target", "outcome", "--id", "account", "--model", "logistic", "--resample", "smote"]
    mixed_csv(rows=300)
    here("run", "table.csv", *options, "--out", "one")
    command = [sys.executable, "-m", "mlpipe", "run", "table.csv", *options, "--out", "two"]
    path = {"PYTHONPATH": str(HERE.parent)}
    subprocess.run(command, env={**os.environ, **path, **ELSEWHERE}, check=True, capture_output=True)
    for name in ("split/train.parquet", "split/test.parquet", "prep/train_resampled.parquet"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes(), name
    one, two = (pd.read_csv(Path(out, "evaluation", "predictions.csv")) for out in ("one", "two"))
    numbers = one.select_dtypes("number").columns
    assert np.abs(one[numbers] - two[numbers]).max().max() <= 1e-9
    assert one.drop(columns=numbers).equals(two.drop(columns=numbers))
