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

	"regulars/app/sys/db"
)

const (
	ageMagic      = "age-encryption.org/"
	maxWorkFactor = 18 // a forged file must not ask for gigabytes
	maxManifest   = 256 << 20
	slack         = 64 << 20 // unpacked bytes that any backup may have
	maxRatio      = 200      // and beyond that, how many for each packed one
)

// Verify reads a whole backup, compares every entry with its manifest and
// opens its database. It changes nothing.
func Verify(ctx context.Context, path, passphrase string) (Info, error) {
	if _, err := os.Stat(path); err != nil {
		return Info{}, fmt.Errorf("look at the backup: %w", err)
	}
	w, err := newWork(filepath.Dir(path))
	if err != nil { // a read-only disk
		w, err = newWork(os.TempDir())
	}
	if err != nil {
		return Info{}, err
	}
	defer w.close()
	a, err := read(ctx, path, passphrase, func(name string) (io.WriteCloser, error) {
		if name != database {
			return nil, nil
		}
		return os.OpenFile(w.path(database), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	})
	if err != nil {
		return Info{}, err
	}
	if err := a.matches(ctx, w.path(database)); err != nil {
		return Info{}, err
	}
	return a.info(path, a.size, a.encrypted), nil
}

// archive is a backup that was read to its end and found whole.
type archive struct {
	manifest
	size      int64
	encrypted bool
}

// matches checks an unpacked database against the manifest.
func (a archive) matches(ctx context.Context, path string) error {
	m, err := examine(ctx, path)
	if err != nil {
		return err
	}
	if m.Anchor != a.Anchor || m.AnchorSet != a.AnchorSet || m.Schema != a.Schema {
		return broken("its database is not the one the manifest describes")
	}
	return nil
}

func broken(why string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(why, args...))
}

// read goes through an archive. into names where an entry's content goes; nil
// means that it is only compared.
func read(ctx context.Context, path, passphrase string, into func(name string) (io.WriteCloser, error)) (archive, error) {
	var a archive
	f, err := os.Open(path)
	if err != nil {
		return a, fmt.Errorf("open the backup: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return a, fmt.Errorf("look at the backup: %w", err)
	}
	a.size = st.Size()
	plain, encrypted, err := decrypt(bufio.NewReaderSize(reader{ctx, f}, 1<<18), passphrase)
	if err != nil {
		return a, err
	}
	a.encrypted = encrypted
	zip, err := gzip.NewReader(plain)
	if err != nil {
		return a, fault(ctx, "unpack", err)
	}
	defer zip.Close()
	entries := tar.NewReader(zip)
	if a.manifest, err = readManifest(ctx, entries, slack+maxRatio*a.size); err != nil {
		return a, err
	}
	if err := a.readEntries(ctx, entries, into); err != nil {
		return a, err
	}
	// The checksum at the very end counts too.
	if n, err := io.Copy(io.Discard, io.LimitReader(zip, 1<<20)); err != nil || n == 1<<20 {
		return a, fault(ctx, "read the end", err)
	}
	return a, nil
}

// fault tells a broken archive from a cancelled reading or a failing disk.
func fault(ctx context.Context, doing string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok || ctx.Err() != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return broken("%s: %v", doing, err)
}

func decrypt(r *bufio.Reader, passphrase string) (io.Reader, bool, error) {
	head, err := r.Peek(len(ageMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, fmt.Errorf("read the backup: %w", err)
	}
	if string(head) != ageMagic {
		return r, false, nil
	}
	if passphrase == "" {
		return nil, true, ErrPassphrase
	}
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, true, ErrPassphrase
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	plain, err := age.Decrypt(r, identity)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return nil, true, ErrPassphrase
	}
	if err != nil {
		return nil, true, broken("decrypt: %v", err)
	}
	return plain, true, nil
}

func readManifest(ctx context.Context, entries *tar.Reader, limit int64) (manifest, error) {
	var m manifest
	head, err := entries.Next()
	if err != nil {
		return m, fault(ctx, "find the manifest", err)
	}
	if head.Name != manifestName || head.Size > maxManifest {
		return m, broken("it does not begin with a manifest")
	}
	if err := json.NewDecoder(entries).Decode(&m); err != nil {
		return m, fault(ctx, "read the manifest", err)
	}
	if m.Format > format || m.Schema > db.SchemaVersion() {
		return m, db.ErrNewer
	}
	var total int64
	seen := map[string]bool{}
	for _, e := range m.Entries {
		if !allowed(e.Name) || seen[e.Name] {
			return m, broken("it holds an entry named %q", e.Name)
		}
		seen[e.Name] = true
		total += e.Size
		if e.Size < 0 || total > limit || total < 0 {
			return m, broken("it claims to unpack to more than is likely")
		}
	}
	if m.Format < 1 || !seen[database] {
		return m, broken("its manifest is incomplete")
	}
	return m, nil
}

// allowed are the database and plain names below files/ and keys/.
func allowed(name string) bool {
	if name == database {
		return true
	}
	below := strings.HasPrefix(name, "files/") || strings.HasPrefix(name, "keys/")
	return below && fs.ValidPath(name) && filepath.IsLocal(filepath.FromSlash(name)) && !strings.ContainsAny(name, "\\:\x00")
}

// readEntries compares the entries with the manifest, one by one in its order.
func (a archive) readEntries(ctx context.Context, entries *tar.Reader, into func(string) (io.WriteCloser, error)) error {
	for _, want := range a.Entries {
		head, err := entries.Next()
		if err != nil {
			return fault(ctx, "read "+want.Name, err)
		}
		if head.Name != want.Name || head.Typeflag != tar.TypeReg || head.Size != want.Size {
			return broken("%q stands where %q should", head.Name, want.Name)
		}
		sum, err := keep(ctx, entries, want, into)
		if err != nil {
			return err
		}
		if sum != want.SHA256 {
			return broken("the content of %s has changed", want.Name)
		}
	}
	if head, err := entries.Next(); err == nil {
		return broken("it holds %q, which its manifest does not name", head.Name)
	} else if !errors.Is(err, io.EOF) {
		return fault(ctx, "read the end", err)
	}
	return nil
}

func keep(ctx context.Context, from io.Reader, e entry, into func(string) (io.WriteCloser, error)) (string, error) {
	sum := sha256.New()
	var to io.WriteCloser
	if into != nil {
		var err error
		if to, err = into(e.Name); err != nil {
			return "", fmt.Errorf("unpack %s: %w", e.Name, err)
		}
	}
	var sink io.Writer = sum
	if to != nil {
		sink = io.MultiWriter(to, sum)
	}
	_, err := io.Copy(sink, from)
	if to != nil {
		err = errors.Join(err, to.Close())
	}
	if err != nil {
		return "", fault(ctx, "unpack "+e.Name, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
