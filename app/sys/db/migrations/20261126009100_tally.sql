-- +goose Up
-- What results count lies in the indexes that find it: at a large shop the rows
-- themselves are spread over the whole file.
CREATE INDEX survey_response_tally ON survey_response (survey_id, answered_at, score, channel, case_id);
DROP INDEX survey_invitation_survey;
CREATE INDEX survey_invitation_survey ON survey_invitation (survey_id, sent_at, state, channel, case_id);
CREATE INDEX survey_enrolment_reason ON survey_enrolment (program_id, reason) WHERE reason <> '';
CREATE INDEX feedback_case_year ON feedback_case (opened_at, state, responded_at, respond_by, recheck_score, outcome);
