package backup

import (
	"archive/tar"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/gzip"
)

// workFactor is scrypt's log2 N: 2^16 takes 64 MiB for a moment, a quarter of
// the memory the process means to stay below.
var workFactor = 16

// source is a file on disk and its name in the archive.
type source struct{ name, path string }

// gather lists what belongs into a backup. The database was copied first, so
// that every file it names is on disk by now.
func gather(dataDir, copied string) ([]source, error) {
	list := []source{{database, copied}}
	for _, part := range parts[1:] {
		root := filepath.Join(dataDir, part)
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) && path == root {
				return fs.SkipAll
			}
			if err != nil {
				return err
			}
			if !e.Type().IsRegular() || strings.HasPrefix(e.Name(), ".") { // half-written files have dotted names
				return nil
			}
			rel, err := filepath.Rel(dataDir, path)
			if err != nil {
				return err
			}
			list = append(list, source{filepath.ToSlash(rel), path})
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", part, err)
		}
	}
	return list, nil
}

// pack writes the archive and completes the manifest.
func pack(ctx context.Context, path string, m *manifest, sources []source, passphrase string) error {
	for _, s := range sources {
		e, err := measure(ctx, s)
		if err != nil {
			return err
		}
		m.Entries = append(m.Entries, e)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := write(ctx, f, *m, sources, passphrase); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

func measure(ctx context.Context, s source) (entry, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return entry{}, err
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, reader{ctx, f})
	if err != nil {
		return entry{}, fmt.Errorf("read %s: %w", s.name, err)
	}
	return entry{Name: s.name, Size: n, SHA256: hex.EncodeToString(sum.Sum(nil))}, nil
}

func write(ctx context.Context, f io.Writer, m manifest, sources []source, passphrase string) error {
	buffered := bufio.NewWriterSize(f, 1<<18)
	closers := []func() error{}
	var sink io.Writer = buffered
	if passphrase != "" {
		recipient, err := age.NewScryptRecipient(passphrase)
		if err != nil {
			return fmt.Errorf("use the passphrase: %w", err)
		}
		recipient.SetWorkFactor(workFactor)
		locked, err := age.Encrypt(buffered, recipient)
		if err != nil {
			return fmt.Errorf("begin encryption: %w", err)
		}
		sink, closers = locked, append(closers, locked.Close)
	}
	zip, err := gzip.NewWriterLevel(sink, gzip.BestSpeed)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(zip)
	closers = append(closers, zip.Close, archive.Close)
	if err := writeEntries(ctx, archive, m, sources); err != nil {
		return err
	}
	for i := len(closers) - 1; i >= 0; i-- {
		if err := closers[i](); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

func writeEntries(ctx context.Context, archive *tar.Writer, m manifest, sources []source) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	head := func(name string, size int64) error {
		return archive.WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: m.CreatedAt, Typeflag: tar.TypeReg, Format: tar.FormatPAX})
	}
	if err := head(manifestName, int64(len(text))); err != nil {
		return err
	}
	if _, err := archive.Write(text); err != nil {
		return err
	}
	for i, s := range sources {
		if err := head(s.name, m.Entries[i].Size); err != nil {
			return err
		}
		if err := copyFile(ctx, archive, s.path, m.Entries[i].Size); err != nil {
			return fmt.Errorf("add %s: %w", s.name, err)
		}
	}
	return nil
}

func copyFile(ctx context.Context, to io.Writer, path string, size int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.CopyN(to, reader{ctx, f}, size)
	return err
}

// reader stops when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
