// How what comes back finds the message that it is about. A Message-ID carries
// the message's number and a proof that we wrote it, so that a reply to an
// earlier attempt is found as well; a subject carries a short code with the same
// proof, for servers that write Message-IDs of their own.

package outbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"regulars/app/kit/id"
	"regulars/app/sys/db"
)

var letters = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// proof shows that a text about a message is ours, in n characters of 5 bits.
func (o *Outbox) proof(text string, n int) string {
	mac := hmac.New(sha256.New, o.o.Key)
	mac.Write([]byte(text))
	return letters.EncodeToString(mac.Sum(nil))[:n]
}

// identity is the left half of an attempt's Message-ID. The proof holds when
// the message was made: after a restore the same number may be another message.
func (o *Outbox) identity(row Row, attempt int) string {
	what := fmt.Sprintf("%d.%d", row.ID, attempt)
	if len(o.o.Key) == 0 {
		return what + "." + id.Token(12)
	}
	return what + "." + strings.ToLower(o.proof(fmt.Sprintf("message %s %d", what, row.CreatedAt.UnixMilli()), 20))
}

// Code is what the subject of a message can carry, with its brackets: [#1K-7QXM3WPA].
func (o *Outbox) Code(row int64, made db.Time) string {
	if len(o.o.Key) == 0 {
		return ""
	}
	n := strings.ToUpper(strconv.FormatInt(row, 36))
	return "[#" + n + "-" + o.proof(fmt.Sprintf("code %s %d", n, made.UnixMilli()), 8) + "]"
}

var (
	identityShape = regexp.MustCompile(`^((\d{1,18})\.(\d{1,9}))\.[A-Za-z0-9]{20}@`)
	codeShape     = regexp.MustCompile(`\[#([0-9A-Za-z]{1,12})-[A-Za-z0-9]{8}\]`)
)

// Meant finds the message that a mail answers or reports on: by the Message-IDs
// that it names, the nearest first, else by the code in its subject. Codes of
// two messages mean neither.
func (o *Outbox) Meant(ctx context.Context, q db.Q, ids []string, subject string) (Row, bool, error) {
	for _, one := range ids {
		row, found, err := o.identified(ctx, q, strings.Trim(one, "<> "))
		if err != nil || found {
			return row, found, err
		}
	}
	var meant Row
	for _, m := range codeShape.FindAllStringSubmatch(subject, 4) {
		n, err := strconv.ParseInt(strings.ToLower(m[1]), 36, 64)
		if err != nil {
			continue
		}
		row, found, err := o.numbered(ctx, q, n)
		if err != nil {
			return row, false, err
		}
		if !found || !same(strings.ToUpper(m[0]), o.Code(row.ID, row.CreatedAt)) {
			continue
		}
		if meant.ID != 0 && meant.ID != row.ID {
			return Row{}, false, nil
		}
		meant = row
	}
	return meant, meant.ID != 0, nil
}

func same(a, b string) bool { return b != "" && hmac.Equal([]byte(a), []byte(b)) }

func (o *Outbox) identified(ctx context.Context, q db.Q, message string) (Row, bool, error) {
	if m := identityShape.FindStringSubmatch(message); m != nil {
		n, err := strconv.ParseInt(m[2], 10, 64)
		attempt, err2 := strconv.Atoi(m[3])
		if err != nil || err2 != nil {
			return Row{}, false, nil
		}
		row, found, err := o.numbered(ctx, q, n)
		if err != nil {
			return row, false, err
		}
		local, _, _ := strings.Cut(message, "@")
		if found && same(strings.ToLower(local), o.identity(row, attempt)) {
			return row, true, nil
		}
	}
	if message == "" || len(message) > 200 {
		return Row{}, false, nil
	}
	var row Row // as messages were named before they carried a proof
	found, err := db.Found(q.Get(ctx, &row, sqlByMessage, message))
	if err != nil {
		return row, false, fmt.Errorf("look for message %s: %w", message, err)
	}
	return row, found, nil
}

func (o *Outbox) numbered(ctx context.Context, q db.Q, id int64) (Row, bool, error) {
	var row Row
	found, err := db.Found(q.Get(ctx, &row, sqlOne, id))
	if err != nil {
		return row, false, fmt.Errorf("read message %d: %w", id, err)
	}
	return row, found, nil
}

// LastTo finds the last message to a customer at an address since a time, for
// reports that name nothing but the address. That proves nothing: whoever knows
// the address can write one.
func (o *Outbox) LastTo(ctx context.Context, q db.Q, address string, since db.Time) (Row, bool, error) {
	var row Row
	found, err := db.Found(q.Get(ctx, &row, sqlLastTo, plainAddress(address), since))
	if err != nil {
		return row, false, fmt.Errorf("look for the last message to an address: %w", err)
	}
	return row, found, nil
}
