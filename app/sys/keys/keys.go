// Package keys holds the one master key of an installation and makes every
// other key from it: a sealed box for secrets that must be read again (the mail
// password), a signer for texts that must come back unchanged. Each purpose has
// its own key, so nothing made for one is accepted for another.
package keys

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	fileName = "master"
	length   = 32
)

// Ring gives out keys made from the master key.
type Ring struct {
	master []byte
	id     string
}

// Load reads the master key from dir and makes one first when there is none.
func Load(dir string) (*Ring, error) {
	path := filepath.Join(dir, fileName)
	master, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("create the master key: %w", err)
		}
		master, err = read(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the master key: %w", err)
	}
	return newRing(master)
}

func newRing(master []byte) (*Ring, error) {
	r := &Ring{master: master}
	id, err := r.Key("key id", 4)
	if err != nil {
		return nil, err
	}
	r.id = hex.EncodeToString(id)
	return r, nil
}

// Key is n bytes for one purpose, always the same for the same master key.
func (r *Ring) Key(purpose string, n int) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, r.master, nil, "regulars "+purpose, n)
	if err != nil {
		return nil, fmt.Errorf("derive the key for %s: %w", purpose, err)
	}
	return key, nil
}

// ID names the master key without telling it: what a box sealed carries it.
func (r *Ring) ID() string { return r.id }

func read(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, err
		}
	}
	master, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(master) != length {
		return nil, fmt.Errorf("%s is damaged: it has %d bytes instead of %d; restore it from a backup", path, len(master), length)
	}
	return master, nil
}

// create writes the key beside its place and links it in, so that the file is
// never half there and never replaces one that another process made meanwhile.
func create(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".master-*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	master := make([]byte, length)
	_, _ = rand.Read(master)
	_, err = f.Write(master)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	err = os.Link(f.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	if _, statErr := os.Stat(path); statErr == nil {
		return nil
	}
	return os.Rename(f.Name(), path) // a file system without links
}
