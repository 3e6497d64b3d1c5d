package privacy

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"regulars/app/sys/auth"
	"regulars/app/sys/db"
)

// The list of the erased lies beside the database and is no part of a backup: a
// backup from before an erasure still holds the person, and when it is brought
// back they are erased again before anybody sees them. A line holds a number
// and a mark that only this shop's key can make; it names nobody.

const (
	listName = "erased.jsonl"
	dueName  = "erased.scrub" // there while free space may still hold something
)

type line struct {
	Customer int64  `json:"customer,omitempty"`
	Contact  int64  `json:"contact,omitempty"`
	Lead     int64  `json:"lead,omitempty"`
	Mark     string `json:"mark"`
}

// mark tells the person apart from whoever has the same number in other data.
func (s *Service) mark(p Person) string {
	mac := hmac.New(sha256.New, s.key)
	kind, id := p.kind()
	fmt.Fprintf(mac, "%s:%d:%d", kind, id, p.CreatedAt.UnixMilli())
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// remember adds a person to the list and notes that the file must be rewritten.
func (s *Service) remember(p Person) error {
	l := line{Mark: s.mark(p), Contact: p.ContactID, Lead: p.LeadID}
	if l.Contact == 0 {
		l.Customer = p.CustomerID
	}
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("remember an erasure: %w", err)
	}
	if err := os.WriteFile(filepath.Join(s.d.DataDir, dueName), nil, 0o600); err != nil {
		return fmt.Errorf("remember an erasure: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(s.d.DataDir, listName), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("remember an erasure: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	return errors.Join(err, f.Sync(), f.Close())
}

// lines reads the list; a line that a crash cut off is passed over.
func (s *Service) lines() ([]line, error) {
	f, err := os.Open(filepath.Join(s.d.DataDir, listName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of the erased: %w", err)
	}
	defer f.Close()
	var out []line
	for in := bufio.NewScanner(f); in.Scan(); {
		var l line
		if json.Unmarshal(in.Bytes(), &l) == nil && l.Mark != "" {
			out = append(out, l)
		}
	}
	return out, nil
}

// Again erases whoever is on the list and is in the data all the same, because
// a backup or an export from before was brought back.
func (s *Service) Again(ctx context.Context) (int, error) {
	list, err := s.lines()
	if err != nil || len(list) == 0 {
		return 0, err
	}
	ctx = auth.With(ctx, auth.System("job"))
	n := 0
	for _, l := range list {
		var p Person
		query, args := Subject{CustomerID: l.Customer, ContactID: l.Contact, LeadID: l.Lead}.query(auth.From(ctx))
		found, err := db.Found(s.d.DB.Reader(ctx).Get(ctx, &p, query, args...))
		if err != nil {
			return n, fmt.Errorf("look for an erased person: %w", err)
		}
		if !found || !p.ErasedAt.IsZero() || !hmac.Equal([]byte(s.mark(p)), []byte(l.Mark)) {
			continue
		}
		if _, err := s.erase(ctx, p, true); err != nil {
			return n, err
		}
		n++
	}
	if n > 0 {
		slog.Info("people who had been erased came back with older data and were erased again", "people", n)
		s.scrub(ctx)
	}
	return n, nil
}

// soon is up to what size the database is rewritten while somebody waits.
const soon = 256 << 20

func (s *Service) scrub(ctx context.Context) bool {
	if info, err := os.Stat(s.d.DB.Path()); err != nil || info.Size() > soon {
		return false
	}
	if err := s.Scrub(ctx); err != nil {
		slog.Warn("the database is rewritten tonight", "error", err)
		return false
	}
	return true
}

// Scrub rewrites the database after an erasure, so that its free space holds
// nothing; at night for what could not be done at once.
func (s *Service) Scrub(ctx context.Context) error {
	due := filepath.Join(s.d.DataDir, dueName)
	if _, err := os.Stat(due); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := s.d.DB.Scrub(ctx); err != nil {
		return err
	}
	return os.Remove(due)
}
