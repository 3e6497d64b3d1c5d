package keys

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestTheMasterKeyIsMadeOnceAndKeptPrivate(t *testing.T) {
	dir := t.TempDir()
	first := must[*Ring](t)(Load(dir))
	second := must[*Ring](t)(Load(dir))
	if !bytes.Equal(first.master, second.master) || len(first.master) != 32 || first.ID() != second.ID() {
		t.Error("the second load made another key")
	}
	info, err := os.Stat(filepath.Join(dir, "master"))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
}

func TestManyAtOnceGetTheSameKey(t *testing.T) {
	dir := t.TempDir()
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			if r, err := Load(dir); err == nil {
				ids[i] = r.ID()
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("ids %v", ids)
		}
	}
}

func TestADamagedOrOpenKeyFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "master")
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("got %v", err)
	}
	if err := os.WriteFile(path, bytes.Repeat([]byte{7}, 32), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	must[*Ring](t)(Load(dir))
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the key file stayed open to others: %v %v", info.Mode(), err)
	}
}

func TestBoxOpensOnlyItsOwn(t *testing.T) {
	ring := must[*Ring](t)(Load(t.TempDir()))
	box := must[*Box](t)(ring.Box("smtp password"))
	sealed := box.Seal("授权码 123")
	if !strings.HasPrefix(sealed, "v1:"+ring.ID()+":") || strings.Contains(sealed, "123") {
		t.Errorf("sealed %q", sealed)
	}
	if plain := must[string](t)(box.Open(sealed)); plain != "授权码 123" {
		t.Errorf("opened %q", plain)
	}
	if sealed == box.Seal("授权码 123") {
		t.Error("the same text seals the same way twice")
	}

	otherPurpose := must[*Box](t)(ring.Box("webhook secret"))
	otherKey := must[*Box](t)(must[*Ring](t)(Load(t.TempDir())).Box("smtp password"))
	for _, b := range []*Box{otherPurpose, otherKey} {
		if _, err := b.Open(sealed); !errors.Is(err, ErrSealed) {
			t.Errorf("another box answered %v", err)
		}
	}
	last := sealed[len(sealed)-2]
	flipped := sealed[:len(sealed)-2] + string(last^1) + sealed[len(sealed)-1:]
	for _, bad := range []string{"", "plain", "v1:", sealed[:20], flipped, "v2" + sealed[2:], sealed + "!"} {
		if _, err := box.Open(bad); !errors.Is(err, ErrSealed) {
			t.Errorf("Open(%q) answered %v", bad, err)
		}
	}
}

func TestSignerIsBoundToTextAndPurpose(t *testing.T) {
	ring := must[*Ring](t)(Load(t.TempDir()))
	s := must[*Signer](t)(ring.Signer("form nonce"))
	other := must[*Signer](t)(ring.Signer("message id"))
	sig := s.Sign("a")
	if len(sig) != 43 || !s.Verify("a", sig) || s.Verify("b", sig) || s.Verify("a", "") || s.Verify("a", sig[:42]) || other.Verify("a", sig) {
		t.Error("the signature is not bound to its text and purpose")
	}
}
