package business

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"regulars/app/kit/errs"
	"regulars/app/kit/id"
	"regulars/app/sys/setting"
)

const (
	tokenFile = "setup-token"
	tokenLife = 24 * time.Hour
)

// EnsureToken gives the one-time token of the first run and makes it when
// there is none that still works. It lies in the data folder, readable by its
// owner alone, with the moment it was made as the file's time. Once the shop is
// set up the answer is "".
func (s *Service) EnsureToken(ctx context.Context) (string, error) {
	b, err := setting.ReadBusiness(ctx, s.db.Reader(ctx))
	if err != nil {
		return "", err
	}
	if b.Ready() {
		return "", s.dropToken()
	}
	if token, err := s.readToken(); err == nil {
		return token, nil
	}
	token := id.Token(16)
	path := filepath.Join(s.dataDir, tokenFile)
	if err := s.dropToken(); err != nil {
		return "", err
	}
	if err := os.WriteFile(path, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write the setup token: %w", err)
	}
	now := s.db.Now()
	if err := os.Chtimes(path, now, now); err != nil {
		return "", fmt.Errorf("date the setup token: %w", err)
	}
	return token, nil
}

// readToken reads the token while it works.
func (s *Service) readToken() (string, error) {
	path := filepath.Join(s.dataDir, tokenFile)
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	age := s.db.Now().Sub(info.ModTime())
	if age > tokenLife || info.Mode().Perm()&0o077 != 0 {
		return "", errors.New("the setup token is too old or readable by others")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	token := strings.TrimSpace(string(raw))
	if len(token) < 22 {
		return "", errors.New("the setup token is damaged")
	}
	return token, nil
}

// tokenFits refuses whoever does not know the token.
func (s *Service) tokenFits(given string) error {
	token, err := s.readToken()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		slog.Warn("the setup token cannot be used", "error", err)
	}
	if err != nil || subtle.ConstantTimeCompare([]byte(token), []byte(strings.TrimSpace(given))) != 1 {
		return errs.New(errs.Denied, "setup.error.token")
	}
	return nil
}

func (s *Service) dropToken() error {
	if err := os.Remove(filepath.Join(s.dataDir, tokenFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the setup token: %w", err)
	}
	return nil
}
