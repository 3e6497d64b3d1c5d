-- +goose Up
-- What is written to unhappy customers, ready to be filled in and edited.
CREATE TABLE feedback_reply (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name_en    TEXT NOT NULL DEFAULT '',
    name_zh    TEXT NOT NULL DEFAULT '',
    subject_en TEXT NOT NULL DEFAULT '',
    subject_zh TEXT NOT NULL DEFAULT '',
    text_en    TEXT NOT NULL DEFAULT '', -- {name}, {product}, {date}, {shop} and {owner} are filled in
    text_zh    TEXT NOT NULL DEFAULT '',
    active     INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version    INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO feedback_reply (name_en, name_zh, subject_en, subject_zh, text_en, text_zh, created_at, updated_at) VALUES
    ('We are on it', '已收到，正在处理', 'What you told us on {date}', '关于您{date}的反馈',
     'Dear {name},

thank you for telling us about {product}. I am sorry: this is not how it should be.

I look into it now and will get back to you as soon as I know what happened. If there is anything I should know, just answer this message.

{owner}
{shop}', '{name}，您好：

谢谢您告诉我们{product}的情况，给您添麻烦了，非常抱歉。

我正在核实原因，有结果马上联系您。如果还有要补充的，直接回复我就好。

{owner}
{shop}', 0, 0),
    ('Put right', '已经解决', 'It is put right', '您反馈的问题已经解决',
     'Dear {name},

what you told us about {product} is put right. Thank you for your patience, and for saying it openly.

If anything is still not as it should be, answer this message: it comes to me.

{owner}
{shop}', '{name}，您好：

您反馈的{product}问题已经处理好了。谢谢您的耐心，也谢谢您直接告诉我们。

如果还有不满意的地方，请直接回复，我会看到。

{owner}
{shop}', 0, 0),
    ('May I call you?', '方便给您打个电话吗', 'May I call you?', '方便给您打个电话吗？',
     'Dear {name},

you were not happy with {product}, and I would like to hear it from you. When may I call you, and under which number?

{owner}
{shop}', '{name}，您好：

您对{product}不太满意，我想当面听听您的想法。您什么时候方便接电话？打哪个号码合适？

{owner}
{shop}', 0, 0);

ALTER TABLE feedback_case ADD COLUMN compensation INTEGER NOT NULL DEFAULT 0; -- minor units of the shop's currency
ALTER TABLE feedback_case ADD COLUMN compensation_for TEXT NOT NULL DEFAULT ''; -- what it was: a voucher, a new bag
ALTER TABLE feedback_case ADD COLUMN compensated_by INTEGER REFERENCES user (id) ON DELETE SET NULL;
ALTER TABLE feedback_case ADD COLUMN compensated_at INTEGER;
CREATE INDEX feedback_case_compensated ON feedback_case (compensated_by) WHERE compensated_by IS NOT NULL;
