-- +goose Up
-- What was said in words, close together, so that looking for a word reads
-- nothing else.
CREATE INDEX survey_response_words ON survey_response (comment, id) WHERE comment <> '';
CREATE INDEX survey_answer_words ON survey_answer (words, response_id) WHERE words <> '';
