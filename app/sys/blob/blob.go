// Package blob keeps attachments as files named by the SHA-256 of their
// content: files/ab/abcdef…. What people call a file never becomes a path, the
// same content is stored once, and a file is either whole or not there.
package blob

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"regulars/app/kit/errs"
)

const tempPrefix = ".tmp-"

// Ref names stored content.
type Ref struct {
	SHA256 string // 64 lower-case hexadecimal digits
	Size   int64
}

// Store is the files folder; nothing outside it can be reached through it.
type Store struct{ root *os.Root }

// New opens the folder, which must exist.
func New(dir string) (*Store, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the files folder: %w", err)
	}
	return &Store{root: root}, nil
}

// Close lets go of the folder.
func (s *Store) Close() error { return s.root.Close() }

// Put stores what r gives. More than limit bytes is an errs.TooLarge and leaves
// nothing behind; limit 0 means no limit.
func (s *Store) Put(r io.Reader, limit int64) (Ref, error) {
	temp := tempPrefix + rand.Text()
	ref, err := s.write(temp, r, limit)
	if err == nil {
		err = s.settle(temp, ref)
	}
	if err != nil {
		_ = s.root.Remove(temp)
		return Ref{}, err
	}
	return ref, nil
}

func (s *Store) write(temp string, r io.Reader, limit int64) (Ref, error) {
	f, err := s.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return Ref{}, fmt.Errorf("create a file: %w", err)
	}
	defer func() { _ = f.Close() }()

	source := r
	if limit > 0 {
		source = io.LimitReader(r, limit+1)
	}
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, hash), source)
	if err != nil {
		return Ref{}, fmt.Errorf("write a file: %w", err)
	}
	if limit > 0 && size > limit {
		return Ref{}, errs.New(errs.TooLarge, "error.too_large", "limit", limit)
	}
	if err := f.Sync(); err != nil {
		return Ref{}, fmt.Errorf("write a file: %w", err)
	}
	return Ref{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size}, f.Close()
}

// settle gives the finished file its name; when the content is already there,
// the new copy is dropped.
func (s *Store) settle(temp string, ref Ref) error {
	if s.Has(ref.SHA256) {
		return s.root.Remove(temp)
	}
	folder := ref.SHA256[:2]
	if err := s.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("store a file: %w", err)
	}
	if err := s.root.Rename(temp, place(ref.SHA256)); err != nil {
		return fmt.Errorf("store a file: %w", err)
	}
	s.syncFolder(folder)
	s.syncFolder(".")
	return nil
}

// syncFolder makes a new name survive a power cut where the system can do that.
func (s *Store) syncFolder(name string) {
	if d, err := s.root.Open(name); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// Open gives the content to read; a name that is not stored is errs.NotFound.
func (s *Store) Open(sha string) (*os.File, error) {
	if !valid(sha) {
		return nil, errs.NotVisible()
	}
	f, err := s.root.Open(place(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.NotVisible()
	}
	if err != nil {
		return nil, fmt.Errorf("open file %s: %w", sha, err)
	}
	return f, nil
}

// Has tells whether the content is stored.
func (s *Store) Has(sha string) bool {
	if !valid(sha) {
		return false
	}
	info, err := s.root.Lstat(place(sha))
	return err == nil && info.Mode().IsRegular()
}

// Remove deletes the content; removing what is not there is no error.
func (s *Store) Remove(sha string) error {
	if !valid(sha) {
		return nil
	}
	if err := s.root.Remove(place(sha)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove file %s: %w", sha, err)
	}
	return nil
}

// Walk calls fn for every stored file, ordered by name; other files in the
// folder are passed over.
func (s *Store) Walk(fn func(Ref) error) error {
	return fs.WalkDir(s.root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		folder, sha, nested := strings.Cut(p, "/")
		if !d.Type().IsRegular() || !nested || !valid(sha) || folder != sha[:2] {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		return fn(Ref{SHA256: sha, Size: info.Size()})
	})
}

// Sweep removes unfinished files that a crash left before the given time and
// says how many there were.
func (s *Store) Sweep(before time.Time) (int, error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return 0, fmt.Errorf("list files: %w", err)
	}
	removed := 0
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasPrefix(e.Name(), tempPrefix) || !info.ModTime().Before(before) {
			continue
		}
		if err := s.root.Remove(e.Name()); err != nil {
			return removed, fmt.Errorf("remove an unfinished file: %w", err)
		}
		removed++
	}
	return removed, nil
}

func place(sha string) string { return sha[:2] + "/" + sha }

func valid(sha string) bool {
	return len(sha) == 64 && strings.Trim(sha, "0123456789abcdef") == ""
}
