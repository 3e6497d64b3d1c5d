package lead

import (
	"crypto/sha256"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"regulars/app/kit/id"
)

// What tells a person at a form from a machine that fills forms: the page was
// shown by us and not just now, and the browser has worked a little for it. None
// of it asks anything of a person or of somebody else's server.

const (
	formLife  = 24 * time.Hour  // so long may a page lie open before it is sent
	tooFast   = 2 * time.Second // nobody reads and fills a form sooner
	maxProof  = 12              // digits
	timeShape = 12
)

// ticket is what a shown form carries: when it was shown, which showing it was,
// and our signature. A second sending of one ticket is the same inquiry.
func (s *Service) ticket(slug string, now time.Time) string {
	plain := strconv.FormatInt(now.UnixMilli(), 36) + "." + id.Token(9)
	return plain + "." + s.signer.Sign(slug+" "+plain)
}

// shown reads a ticket: when its page was shown and which it was. One that is
// not ours, or too old, is not ok.
func (s *Service) shown(slug, ticket string, now time.Time) (at time.Time, which string, ok bool) {
	part := strings.Split(ticket, ".")
	if len(part) != 3 || len(part[0]) > timeShape || len(ticket) > 200 || !s.signer.Verify(slug+" "+part[0]+"."+part[1], part[2]) {
		return at, "", false
	}
	ms, err := strconv.ParseInt(part[0], 36, 64)
	at = time.UnixMilli(ms)
	return at, part[1], err == nil && !at.After(now) && now.Sub(at) < formLife
}

// worked tells whether a number was found by which the hash of the ticket and
// the number begins with so many zero bits.
func worked(ticket, proof string, effort int) bool {
	if proof == "" || len(proof) > maxProof {
		return false
	}
	if _, err := strconv.ParseUint(proof, 10, 64); err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(ticket + "." + proof))
	zero := 0
	for _, b := range sum {
		if b != 0 {
			zero += bits.LeadingZeros8(b)
			break
		}
		zero += 8
	}
	return zero >= effort
}
