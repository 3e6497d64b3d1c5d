//go:build e2e

package e2e

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"regulars/app/apptest"
)

// earlier lays a filled database of an earlier schema into an empty folder.
func earlier(t *testing.T, data string) {
	t.Helper()
	in, err := os.Open(filepath.Join(apptest.Root(), "app/cli/testdata/schema-20261121001000.db.zst"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	z, err := zstd.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out, err := os.OpenFile(filepath.Join(data, "regulars.db"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, z); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestAnUpgradeSurvivesAKill: the program dies at 24 moments of the first start
// after an upgrade; the next start finishes it and doctor finds nothing.
func TestAnUpgradeSurvivesAKill(t *testing.T) {
	begin := time.Now()
	whole := t.TempDir()
	earlier(t, whole)
	start(t, whole, "").Stop()
	took := time.Since(begin)
	for i := range 24 {
		data := t.TempDir()
		earlier(t, data)
		cmd := exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--no-browser")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-time.After(took * time.Duration(i+1) / 25)
		_ = cmd.Process.Signal(syscall.SIGKILL)
		_ = cmd.Wait()
		p := start(t, data, "")
		p.Stop()
		shell(t, data, "", "doctor")
	}
}
