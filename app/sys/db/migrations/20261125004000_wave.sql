-- +goose Up
-- Members are looked at one by one before anybody is asked; until then their
-- reason is 'unseen'. A wave's figures come from the index alone.
CREATE INDEX wave_member_count ON wave_member (wave_id, state, reason);
CREATE INDEX wave_member_unseen ON wave_member (wave_id, id) WHERE reason = 'unseen';
CREATE INDEX wave_unseen ON wave (id) WHERE state = 'draft';
